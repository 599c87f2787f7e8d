package io.mooring.port;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.swap.SwapException;
import io.mooring.api.upgrade.Inheritance;
import io.mooring.api.upgrade.UpgradeException;
import io.mooring.port.warmup.RingUse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.condition.Condition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that this one takes over from, if any: waits until each of its ports is configured
 * here, warms up, and takes all ports in three steps ({@link Word}). Until the last word they are
 * the other's: whatever fails before, this process ends at once and closes nothing.
 */
@Component(
    service = {Predecessor.class, Inheritance.class},
    immediate = true)
public final class Predecessor implements Inheritance {

  /** System property: the socket at which the other process waits; absent for none. */
  static final String SOCKET = "io.mooring.predecessor";

  /** The condition that the home is this process's. */
  static final String HOME = "io.mooring.home";

  private static final Logger LOG = LoggerFactory.getLogger(Predecessor.class);

  private static final int REHEARSALS = 20;

  private static final Duration WARM_UP = Duration.ofSeconds(20);

  /** As long as the other lives: it is the one who loses patience. */
  private static final Duration EVER = Duration.ZERO;

  private final BundleContext context;
  private final Rooms rooms;

  /** Others once they are configured. */
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile Workers workers;

  /** Guarded by this. */
  private final Map<String, PortArrival> arrivals = new TreeMap<>();

  private final Set<VhostPort> gone = new HashSet<>();
  private boolean over;

  /** That the home is this process's; none where that was never in question. */
  private volatile Optional<ServiceRegistration<Condition>> home = Optional.empty();

  /** What was left besides ports, once all of it is told. */
  private final CompletableFuture<Map<String, Integer>> taps = new CompletableFuture<>();

  @Activate
  public Predecessor(BundleContext context, @Reference Rooms rooms) {
    this.context = context;
    this.rooms = rooms;
    String socket = context.getProperty(SOCKET);
    over = socket == null;
    if (over) {
      taps.complete(new ConcurrentHashMap<>());
    } else {
      Thread.ofPlatform().name("take-over").daemon().start(() -> run(Path.of(socket)));
    }
  }

  /** Waits until a port may begin; what it goes on with, if the other process had it. */
  synchronized Optional<PortArrival> arrival(VhostPort port) {
    while (!over && !gone.contains(port)) {
      try {
        wait();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }
    return Optional.ofNullable(arrivals.remove(port.name()));
  }

  /** A port ends: it waits no longer. */
  synchronized void forget(VhostPort port) {
    if (!over) {
      gone.add(port);
      notifyAll();
    }
  }

  @Override
  public OptionalInt tap(String name) {
    Integer descriptor = taps.join().remove(name);
    return descriptor == null ? OptionalInt.empty() : OptionalInt.of(descriptor);
  }

  private synchronized void begin(Map<String, PortArrival> all) {
    arrivals.putAll(all);
    over = true;
    gone.clear();
    notifyAll();
  }

  private void run(Path socket) {
    try (UpgradeLine line =
        new UpgradeLine(
            TakeOverNeeds.await(() -> "the transport bundle", rooms.transports()::best)
                .service()
                .connect(socket),
            rooms.os())) {
      Map<String, PortArrival> all = takeOver(line);
      // From here on nothing leads back.
      workers.goOn();
      all.values().forEach(PortArrival::callOnce);
      begin(all);
      workers.keepOff();
      LOG.info("{} ports of process {} are served here now", all.size(), process(line));
      ownHome();
      workers.endSwap();
      tellEnd(line);
    } catch (IOException | UpgradeException | InterruptedException failure) {
      leave(failure.getMessage());
    } catch (RuntimeException | Error bug) {
      LOG.error("internal error", bug);
      leave("internal error: " + bug);
    }
  }

  private static void refuse(UpgradeLine line, Throwable failure) {
    try {
      line.say(Word.REFUSED, String.valueOf(failure.getMessage()));
    } catch (UpgradeException gone) {
      failure.addSuppressed(gone);
    }
  }

  /** So that the other one ends. */
  private static void tellEnd(UpgradeLine line) {
    try {
      line.say(Word.DONE, "");
    } catch (UpgradeException faster) {
      LOG.debug("{}", faster.getMessage());
    }
  }

  /**
   * Whoever waits for the home to be this process's goes on: files and sockets in it are. Once more
   * where another process had it meanwhile.
   */
  void ownHome() {
    System.clearProperty(SOCKET);
    home.ifPresent(ServiceRegistration::unregister);
    home =
        Optional.of(
            context.registerService(
                Condition.class,
                Condition.INSTANCE,
                FrameworkUtil.asDictionary(Map.of(Condition.CONDITION_ID, HOME))));
  }

  /** Nothing here is this process's, so nothing may be closed in order. */
  private static void leave(String why) {
    LOG.error("nothing is taken over: {}", why);
    Runtime.getRuntime().halt(1);
  }

  private Map<String, PortArrival> takeOver(UpgradeLine line)
      throws UpgradeException, InterruptedException {
    try {
      prepare(line);
      if (!workers.beginSwap()) {
        throw new UpgradeException("a swap is under way in the new process");
      }
      line.say(Word.DONE, "");
      Map<String, PortArrival> all = ports(line);
      workers.pause();
      for (int i = 0; i < REHEARSALS; i++) {
        eachOnItsWorker(all.values().stream().toList(), PortArrival::rehearse);
      }
      workers.letIn();
      line.say(Word.DONE, "");
      positions(line, all);
      eachOnItsWorker(all.values().stream().toList(), PortArrival::begin);
      line.say(Word.DONE, "");
      line.expect(Word.GO, EVER);
      return all;
    } catch (UpgradeException | RuntimeException | Error failure) {
      refuse(line, failure);
      throw failure;
    }
  }

  private static String process(UpgradeLine line) {
    try {
      return Long.toString(line.process());
    } catch (IOException gone) {
      return "?";
    }
  }

  /** Waits for the ports and warms up. */
  private void prepare(UpgradeLine line) throws UpgradeException, InterruptedException {
    long form = line.expect(Word.FORM, EVER).number(0);
    if (form != Word.FORM_SPOKEN) {
      throw new UpgradeException(
          "the running process hands over in form %d, this version knows %d"
              .formatted(form, Word.FORM_SPOKEN));
    }
    Map<String, Integer> left = new ConcurrentHashMap<>();
    long[] cores = {};
    Set<String> names = new LinkedHashSet<>();
    Set<RingUse> rings = new LinkedHashSet<>();
    for (Statement said = line.hear(EVER); said.word() != Word.END; said = line.hear(EVER)) {
      switch (said.word()) {
        case TAP -> left.put(said.text(), said.descriptors()[0]);
        case CORES -> cores = said.numbers();
        case PORT -> names.add(said.text());
        case RING -> rings.add(new RingUse(said.number(0), said.intAt(1), true));
        default -> throw new UpgradeException("%s comes too early".formatted(said.word()));
      }
    }
    Set<String> uplinks = Set.copyOf(left.keySet());
    taps.complete(left);
    var needs = new TakeOverNeeds(rooms, () -> Optional.ofNullable(workers));
    needs.awaitWorkers(cores);
    needs.awaitUplinks(uplinks);
    for (String name : names) {
      needs.awaitPort(name);
    }
    try {
      new FrameWarmUp(rooms).run(List.copyOf(rings), WARM_UP);
    } catch (SwapException failure) {
      throw new UpgradeException(failure.getMessage(), failure);
    }
  }

  /** Takes all that stands still of each port. */
  private Map<String, PortArrival> ports(UpgradeLine line) throws UpgradeException {
    Map<String, PortArrival> all = new TreeMap<>();
    hearEach(line, name -> all.computeIfAbsent(name, this::arrivalOf));
    return all;
  }

  private PortArrival arrivalOf(String name) {
    return new PortArrival(
        TakeOverNeeds.port(rooms, name)
            .orElseThrow(() -> new IllegalStateException("port %s went away".formatted(name))));
  }

  private static void positions(UpgradeLine line, Map<String, PortArrival> all)
      throws UpgradeException {
    hearEach(line, all::get);
  }

  private interface Ports {
    PortArrival of(String name);
  }

  private static void hearEach(UpgradeLine line, Ports ports) throws UpgradeException {
    Optional<PortArrival> now = Optional.empty();
    for (Statement said = line.hear(EVER); said.word() != Word.END; said = line.hear(EVER)) {
      if (said.word() == Word.PORT) {
        now = Optional.of(ports.of(said.text()));
      } else {
        now.orElseThrow(() -> new UpgradeException("no port is named")).take(said);
      }
    }
  }

  private interface Step {
    void run(PortArrival port) throws ProtocolException;
  }

  /** All of one worker in one task, because to wake it takes longest. */
  private static void eachOnItsWorker(List<PortArrival> all, Step step) throws UpgradeException {
    var failures = new ArrayList<String>();
    Map<Optional<Worker>, List<PortArrival>> byWorker =
        all.stream()
            .collect(
                Collectors.groupingBy(each -> each.port().device().plane().map(DataPlane::worker)));
    all.forEach(each -> each.port().lock().lock());
    try {
      byWorker.forEach((worker, ports) -> {
        Runnable task = () -> ports.forEach(each -> run(step, each).ifPresent(failures::add));
        worker.ifPresentOrElse(
            each ->
                each.call(() -> {
                  task.run();
                  return null;
                }),
            task);
      });
    } finally {
      all.forEach(each -> each.port().lock().unlock());
    }
    if (!failures.isEmpty()) {
      throw new UpgradeException(failures.getFirst());
    }
  }

  private static Optional<String> run(Step step, PortArrival arrival) {
    try {
      step.run(arrival);
      return Optional.empty();
    } catch (ProtocolException | RuntimeException refused) {
      return Optional.of("port %s: %s".formatted(arrival.port().name(), refused.getMessage()));
    }
  }
}

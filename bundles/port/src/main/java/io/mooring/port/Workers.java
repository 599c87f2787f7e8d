package io.mooring.port;

import io.mooring.api.device.Agent;
import io.mooring.api.os.Os;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The worker threads, and which worker serves which group of agents. */
@Component(service = Workers.class, configurationPid = "io.mooring.workers")
@Designate(ocd = Workers.Settings.class)
public final class Workers {

  /** The workers' configuration. */
  @ObjectClassDefinition(name = "Mooring workers")
  public @interface Settings {
    @AttributeDefinition(
        description = "processors to pin a worker each to, as 1,3; empty for one unpinned worker")
    String cores() default "";

    @AttributeDefinition(
        description = "microseconds of polling without work before sleeping, at least")
    int spin_us() default 50;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

  /** Every thread's name begins with it. */
  private static final String ANY = "";

  /** Collects garbage, for one. */
  private static final String STANDSTILLS = "VM Thread";

  private final Rooms rooms;
  private final List<Worker> workers = new ArrayList<>();
  private final Map<String, Worker> byGroup = new HashMap<>();
  private final Map<Agent, Worker> uplinks = new HashMap<>();

  private final StayRehearsal rehearsal;
  private final AtomicBoolean swapping = new AtomicBoolean();

  /** By the interface's name. */
  private final Map<String, Agent> taps = new TreeMap<>();

  /**
   * Starts the threads.
   *
   * @throws IOException when the system has no more descriptors
   */
  @Activate
  public Workers(@Reference Rooms rooms, Settings settings) throws IOException {
    this(
        rooms,
        placed(cores(settings.cores(), rooms.os().processors()), rooms.os()),
        settings.spin_us());
    rehearsal.begin();
  }

  Workers(Rooms rooms, int[] cores, int spinMicros) throws IOException {
    this.rooms = rooms;
    rehearsal = new StayRehearsal(rooms, this);
    for (int i = 0; i < cores.length; i++) {
      workers.add(new Worker("worker-" + i, cores[i], spinMicros * 1000L, rooms));
    }
  }

  /**
   * Where workers are to be pinned, all other threads have the other processors, and whoever they
   * start: who computes for long would take a worker's for a whole slice of the scheduler's, which
   * is milliseconds. What works while all Java threads stand still has the workers', where nobody
   * is in its way then.
   */
  private static int[] placed(int[] cores, Os os) {
    try {
      int[] pinned = pinned(cores);
      os.bindThreads(ANY, others(pinned, os.processors()));
      if (pinned.length > 0) {
        os.bindThreads(STANDSTILLS, pinned);
      }
    } catch (IOException failure) {
      LOG.warn("threads run where they like: {}", failure.getMessage());
    }
    return cores;
  }

  private static int[] pinned(int[] cores) {
    return IntStream.of(cores).filter(each -> each >= 0).toArray();
  }

  /** The processors that no worker is pinned to; all if there are none. */
  private static int[] others(int[] pinned, int[] all) {
    int[] others =
        IntStream.of(all)
            .filter(each -> IntStream.of(pinned).noneMatch(worker -> worker == each))
            .toArray();
    return others.length > 0 ? others : all;
  }

  /** Starts a process that has all processors, also those that the calling thread keeps off. */
  Process start(ProcessBuilder command) throws IOException {
    bind(all -> all);
    try {
      return command.start();
    } finally {
      keepOff();
    }
  }

  /** A swap of a room or of the process begins; returns false when one is under way. */
  boolean beginSwap() {
    return swapping.compareAndSet(false, true);
  }

  /** It is over. */
  void endSwap() {
    swapping.set(false);
    rehearsal.again();
  }

  /** Tries all rooms with a VM that there is not; returns why one cannot come and go, if so. */
  Optional<String> tryOut() throws InterruptedException {
    return rehearsal.tryOut();
  }

  /** The same with somebody whom no port has yet, until he is compiled. */
  Optional<String> tryOut(Consumer<PortRooms> chosen, Duration warmUp) throws InterruptedException {
    return rehearsal.tryOut(chosen, warmUp);
  }

  /** Whether one is under way: what can wait is not to disturb it. Any thread. */
  boolean swapping() {
    return swapping.get();
  }

  static int[] cores(String text, int[] available) {
    if (text.isBlank()) {
      return new int[] {-1};
    }
    return Arrays.stream(text.split(",")).mapToInt(each -> core(each.strip(), available)).toArray();
  }

  private static int core(String text, int[] available) {
    if (text.matches("[0-9]{1,5}")) {
      int core = Integer.parseInt(text);
      if (IntStream.of(available).anyMatch(each -> each == core)) {
        return core;
      }
    }
    throw new IllegalArgumentException(
        "cores=%s: not a processor of this host, which has %s"
            .formatted(text, Arrays.toString(available)));
  }

  /** The worker of a group: groups are dealt out in turn. */
  synchronized Worker of(String group) {
    return byGroup.computeIfAbsent(group, any -> workers.get(byGroup.size() % workers.size()));
  }

  /** No agent has a turn any more, until {@link #goOn}. */
  void pause() {
    workers.forEach(Worker::pause);
  }

  /** Agents have turns again. */
  void goOn() {
    workers.forEach(Worker::goOn);
  }

  /** While workers stand still, the calling thread has their processors: nobody is in its way. */
  void letIn() {
    bind(all -> processors().length > 0 ? processors() : all);
  }

  /** The calling thread keeps off the workers' processors again. */
  void keepOff() {
    bind(all -> others(processors(), all));
  }

  /** Binds the calling thread to some of all processors. */
  private void bind(UnaryOperator<int[]> some) {
    try {
      rooms.os().bindCurrentThread(some.apply(rooms.os().processors()));
    } catch (IOException failure) {
      LOG.warn("a thread runs where it was: {}", failure.getMessage());
    }
  }

  /** The processors that workers are pinned to. */
  int[] processors() {
    return pinned(workers.stream().mapToInt(Worker::processor).toArray());
  }

  /** The uplinks' interfaces by name, with their descriptors. */
  synchronized Map<String, Integer> taps() {
    var descriptors = new TreeMap<String, Integer>();
    taps.forEach((name, agent) -> descriptors.put(name, agent.wakeDescriptor()));
    return descriptors;
  }

  /** Whether a worker is one of these. */
  boolean have(Worker worker) {
    return workers.contains(worker);
  }

  /** Whether there is an uplink now. */
  synchronized boolean uplinked() {
    return !uplinks.isEmpty();
  }

  /** An uplink came. */
  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  synchronized void addUplink(Agent agent, Map<String, Object> properties) {
    if (properties.get("tap") instanceof String name) {
      taps.put(name, agent);
    }
    Worker worker = of(agent.group());
    uplinks.put(agent, worker);
    worker.add(agent, new UplinkOwner(agent.group()));
  }

  /** An uplink goes. */
  synchronized void removeUplink(Agent agent) {
    taps.values().remove(agent);
    Worker worker = uplinks.remove(agent);
    if (worker != null) {
      worker.remove(agent);
    }
  }

  @Deactivate
  void close() {
    rehearsal.close();
    workers.forEach(Worker::close);
  }
}

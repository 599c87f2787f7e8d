package io.mooring.profile;

import io.mooring.api.device.DeviceType;
import io.mooring.api.port.Port;
import io.mooring.api.profile.Profile;
import io.mooring.api.profile.ProfileState;
import io.mooring.api.profile.Profiles;
import io.mooring.api.profile.ProfilesListener;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.condition.Condition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The profiles of this host: keeps the {@link Registry} true as bundles, files, the engine, devices
 * and the configuration change, and tells of it. Has a thread.
 */
@Component(
    service = {Profiles.class, LiveProfiles.class},
    configurationPid = FeatureSwitches.PID)
public final class LiveProfiles implements Profiles {

  private static final Logger LOG = LoggerFactory.getLogger(LiveProfiles.class);

  /** Many changes come together, as when an engine is replaced: they are told of once. */
  private static final long TOGETHER_MILLIS = 10;

  private static final int LAST_WORD_SECONDS = 2;

  private final BundleContext context;
  private final Registry registry;
  private final FeatureTracker bundles;
  private final Optional<LoadDirectory> files;
  private final Publisher publisher;
  private final String hostName = HostName.read();
  private final ServiceListener portChanged;

  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("profiles").factory());

  /**
   * Whether a change is to be told; from the beginning, so that the first is told when all is
   * there.
   */
  private final AtomicBoolean due = new AtomicBoolean(true);

  private final List<DeviceType> devices = new CopyOnWriteArrayList<>();
  private final AtomicReference<VirtqueueEngine> engine = new AtomicReference<>();

  /** Done when the bundles that were there at the beginning have been read: who asks waits. */
  private final CompletableFuture<Void> read;

  @Activate
  public LiveProfiles(BundleContext context, Map<String, Object> configuration)
      throws IOException, InvalidSyntaxException {
    this.context = context;
    Optional<Path> home = Optional.ofNullable(context.getProperty("io.mooring.home")).map(Path::of);
    Path data = home.map(each -> each.resolve("data")).orElse(context.getDataFile("").toPath());
    var ledger = new Ledger(data.resolve("profiles.ledger"));
    registry =
        new Registry(ledger, new Pins(data.resolve("profiles.ports")), this::connected, this::due);
    publisher =
        new Publisher(home.map(each -> each.resolve("run/profiles.json")), ledger, this::published);
    if (context.getProperty("io.mooring.predecessor") == null) {
      publisher.claim();
    }
    switches(configuration);
    bundles = new FeatureTracker(context, registry);
    // Beside the start of the other rooms: it is a twentieth of the host's start.
    read = CompletableFuture.runAsync(bundles::open, thread).thenRun(this::beginningRead);
    files =
        home.isEmpty()
            ? Optional.empty()
            : Optional.of(new LoadDirectory(home.get().resolve("load"), registry));
    portChanged = _ -> registry.sweep();
    context.addServiceListener(portChanged, "(objectClass=%s)".formatted(Port.class.getName()));
  }

  private void beginningRead() {
    due.set(false);
    due();
  }

  @Deactivate
  void stop() throws IOException, InterruptedException {
    read.join();
    context.removeServiceListener(portChanged);
    bundles.close();
    if (files.isPresent()) {
      files.get().close();
    }
    thread.shutdownNow();
    // What is being written now would stay.
    if (!thread.awaitTermination(LAST_WORD_SECONDS, TimeUnit.SECONDS)) {
      LOG.error("the list of profiles is still being published after {} s", LAST_WORD_SECONDS);
    }
    publisher.withdraw();
  }

  @Modified
  void switches(Map<String, Object> configuration) {
    try {
      registry.switches(Switches.of(configuration));
    } catch (IllegalArgumentException wrong) {
      LOG.error("{}: {}; what was off before stays off", FeatureSwitches.PID, wrong.getMessage());
    }
  }

  /** The home is this process's from now on: the one before has ended. */
  @Reference(
      target = "(osgi.condition.id=io.mooring.home)",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC)
  void bindHome(Condition taken) {
    publisher.claim();
    due();
  }

  void unbindHome(Condition taken) {
    // It stays so.
  }

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindEngine(VirtqueueEngine added) {
    engine.set(added);
    hostChanged();
  }

  void unbindEngine(VirtqueueEngine removed) {
    if (engine.compareAndSet(removed, null)) {
      hostChanged();
    }
  }

  @Reference(
      cardinality = ReferenceCardinality.MULTIPLE,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  void bindDevice(DeviceType added) {
    devices.add(added);
    hostChanged();
  }

  void unbindDevice(DeviceType removed) {
    devices.remove(removed);
    hostChanged();
  }

  private void hostChanged() {
    VirtqueueEngine now = engine.get();
    registry.host(now == null ? Host.EMPTY : Host.of(name(now), now, devices));
  }

  private static String name(VirtqueueEngine engine) {
    Bundle bundle = FrameworkUtil.getBundle(engine.getClass());
    return bundle.getSymbolicName() + " " + bundle.getVersion();
  }

  /** The profiles of the ports that have a front-end now. */
  private Map<String, String> connected() {
    var connected = new HashMap<String, String>();
    try {
      Collection<ServiceReference<Port>> ports =
          context.getServiceReferences(Port.class, "(%s=*)".formatted(Port.PROFILE));
      for (ServiceReference<Port> port : ports) {
        connected.put(
            String.valueOf(port.getProperty(Port.NAME)),
            String.valueOf(port.getProperty(Port.PROFILE)));
      }
    } catch (InvalidSyntaxException wrong) {
      throw new IllegalStateException(wrong);
    }
    return connected;
  }

  private void due() {
    if (!thread.isShutdown() && due.compareAndSet(false, true)) {
      var _ = thread.schedule(this::tell, TOGETHER_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void tell() {
    due.set(false);
    try {
      bundles.look();
      if (publisher.publish()) {
        listeners();
      }
    } catch (RuntimeException failure) {
      // What the end interrupts is told by the next one from its beginning.
      if (!thread.isShutdown()) {
        LOG.error("a change of the profiles could not be told", failure);
      }
    }
  }

  private void listeners() {
    try {
      for (var reference : context.getServiceReferences(ProfilesListener.class, null)) {
        ProfilesListener listener = context.getService(reference);
        if (listener != null) {
          listener.profilesChanged();
          context.ungetService(reference);
        }
      }
    } catch (InvalidSyntaxException wrong) {
      throw new IllegalStateException(wrong);
    }
  }

  /** Returns when all changes so far are published. */
  void flush() throws InterruptedException {
    try {
      thread.submit(this::tell).get();
    } catch (ExecutionException failure) {
      throw new IllegalStateException(failure.getCause());
    }
  }

  /** What is known, as soon as the beginning has been read. */
  Registry registry() {
    read.join();
    return registry;
  }

  /** What this host tells management. */
  Published published() {
    return Published.of(hostName, registry().view(), registry().switches());
  }

  @Override
  public List<Profile> served() {
    return registry().view().served().stream().map(ProfileState::profile).toList();
  }

  @Override
  public Optional<Profile> latest(String device) {
    return registry().view().best(device).map(ProfileState::profile);
  }

  @Override
  public List<String> names(String device) {
    return registry().view().served().stream()
        .filter(state -> state.profile().device().equals(device))
        .flatMap(
            state -> Stream.concat(Stream.of(state.profile().name()), state.aliases().stream()))
        .toList();
  }

  @Override
  public Optional<Profile> find(String name) {
    return registry().view().find(name).filter(ProfileState::served).map(ProfileState::profile);
  }

  @Override
  public Profile forPort(String port, String device, Optional<String> wanted) {
    return registry().forPort(port, device, wanted.orElse(""));
  }

  @Override
  public String values(Profile profile) {
    return Values.print(profile);
  }

  @Override
  public void forget(String port) {
    registry().forget(port);
  }
}

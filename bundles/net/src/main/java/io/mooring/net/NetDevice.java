package io.mooring.net;

import io.mooring.api.device.Device;
import io.mooring.api.device.QueueFault;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.QueueException;
import io.mooring.api.virtqueue.Virtqueue;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One port's virtio-net device: takes frames from its guest's transmit queues to the switch, and
 * frames from the switch to its guest's receive queues. Even queues receive, odd ones transmit
 * (virtio 1.3, section 5.1.2).
 */
final class NetDevice implements Device, SwitchPort {

  private static final int BURST = 64;

  private final String port;
  private final Switch fabric;
  private final int speed;
  private final FrameLimit limit = new FrameLimit();
  private final Counters counters = new Counters();
  private final FrameReader reader = new FrameReader();
  private final Frames frames = new Frames(BURST);
  private final Chains chains = new Chains(BURST);
  private final Patience patience = new Patience();
  private final ControlState state = new ControlState();
  private final Delivery delivery;
  private final ControlCommands commands = new ControlCommands(state);
  private final ControlQueue control = new ControlQueue(commands, counters);

  private int number;

  /** The port's slot in the switch's notes. */
  private int slot = DeliveryNote.NO_SLOT;

  private long features;
  private boolean packed;
  private int mtu = NetConfiguration.USUAL_MTU;
  private boolean mtuFixed;

  /** As many pairs as the front-end may use. */
  private int maxPairs = 1;

  private boolean linkUp = true;
  private Runnable configurationChanged = () -> {};

  private Virtqueue[] transmit = {};

  /** All receive queues, and those of the pairs in use. */
  private Virtqueue[] attached = {};

  private Virtqueue[] receive = {};

  /** The control queue, when the front-end leaves it to us; else null. */
  private Virtqueue commanding;

  /**
   * A device at a switch.
   *
   * @param speed in Mbit/s, or {@link NetConfiguration#SPEED_UNKNOWN}
   */
  NetDevice(String port, Switch fabric, int speed) {
    this.port = port;
    this.fabric = fabric;
    this.speed = speed;
    delivery = new Delivery(fabric, state, limit, counters);
  }

  @Override
  public String group() {
    return fabric.group();
  }

  @Override
  public void joined() {
    number = fabric.join(this);
    slot = fabric.continuity().enter(port);
    delivery.slot(slot);
  }

  @Override
  public void left() {
    fabric.leave(number);
    fabric.continuity().leave(slot);
  }

  @Override
  public void reset(int queuePairs) {
    maxPairs = queuePairs;
    commands.maxPairs(queuePairs);
    state.reset();
    apply();
  }

  @Override
  public void negotiated(long acknowledged) {
    features = acknowledged;
    packed = RingFeature.RING_PACKED.in(acknowledged);
    boolean mergeable = NetFeature.MRG_RXBUF.in(acknowledged);
    boolean modern = RingFeature.VERSION_1.in(acknowledged);
    int headerBytes = mergeable || modern ? NetHeader.BYTES : NetHeader.LEGACY_BYTES;
    if (NetFeature.HASH_REPORT.in(acknowledged)) {
      headerBytes = NetHeader.HASH_BYTES;
    }
    reader.negotiated(acknowledged, headerBytes);
    delivery.negotiated(headerBytes, mergeable, packed);
    commands.negotiated(acknowledged);
    apply();
  }

  @Override
  public void mtu(int bytes, boolean fixed) {
    mtu = bytes;
    mtuFixed = fixed;
    apply();
  }

  /** What the driver asked for takes effect. */
  private void apply() {
    if (mtuFixed || NetFeature.MTU.in(features)) {
      limit.set(mtu);
    } else {
      limit.lift();
    }
    boolean asks = commanding != null;
    boolean steers = asks && state.steering.steers();
    delivery.wanted(
        Offloads.ofReceiver(asks ? features & state.offloads : features),
        asks && state.filter.active(),
        steers || NetFeature.HASH_REPORT.in(features));
    int pairs = asks && !steers ? state.pairs : Integer.MAX_VALUE;
    int used = 0;
    while (used < attached.length && attached[used].index() / 2 < pairs) {
      used++;
    }
    receive = Arrays.copyOf(attached, used);
    fabric.changed();
    fabric.continuity().up(slot, receive.length > 0);
  }

  /**
   * The control queue is behind all data queues, or behind the first pair when the driver knows
   * only that (virtio 1.3, section 5.1.2).
   */
  private boolean controls(int index) {
    boolean many = NetFeature.MQ.in(features) || NetFeature.RSS.in(features);
    int pairs = many ? maxPairs : 1;
    return NetFeature.CTRL_VQ.in(features) && index == 2 * pairs;
  }

  @Override
  public void attach(Virtqueue queue) {
    if (controls(queue.index())) {
      commanding = queue;
    } else if (receives(queue.index())) {
      fabric.continuity().opened(slot, queue.index(), DeliveryNote.position(queue, packed));
      attached = with(attached, queue);
    } else {
      transmit = with(transmit, queue);
    }
    apply();
  }

  @Override
  public void detach(int index) {
    if (commanding != null && commanding.index() == index) {
      commanding = null;
    } else if (receives(index)) {
      attached = without(attached, index);
    } else {
      transmit = without(transmit, index);
    }
    if (attached.length == 0) {
      fabric.forget(number);
    }
    apply();
  }

  private static boolean receives(int index) {
    return index % 2 == 0;
  }

  private static Virtqueue[] with(Virtqueue[] queues, Virtqueue added) {
    List<Virtqueue> list = new ArrayList<>(List.of(without(queues, added.index())));
    list.add(added);
    list.sort((a, b) -> Integer.compare(a.index(), b.index()));
    return list.toArray(Virtqueue[]::new);
  }

  private static Virtqueue[] without(Virtqueue[] queues, int index) {
    List<Virtqueue> list = new ArrayList<>(List.of(queues));
    list.removeIf(each -> each.index() == index);
    return list.toArray(Virtqueue[]::new);
  }

  @Override
  public int poll() {
    int moved = 0;
    if (!fabric.continuity().holds()) {
      for (Virtqueue queue : transmit) {
        moved += transmit(queue);
      }
    }
    return commanding == null ? moved : moved + serveDriver();
  }

  private int serveDriver() {
    int count = control.serve(commanding);
    if (count > 0) {
      apply();
    }
    return count;
  }

  private int transmit(Virtqueue queue) {
    if (fabric.continuity().unsettled()) {
      leaveOut(queue);
    }
    if (queue.take(chains, BURST) == 0) {
      return 0;
    }
    if (!linkUp) {
      counters.linkDown += chains.count;
      queue.publish(chains, chains.count);
      return chains.count;
    }
    reader.read(chains, frames);
    DeliveryNote note = fabric.continuity().note();
    note.begin(slot, queue.index(), DeliveryNote.position(queue, packed));
    try {
      int done = fabric.forward(frames, 0, number, queue.index() / 2, counters);
      for (int i = 0; i < done; i++) {
        counters.fromGuestBytes += frames.length[i];
      }
      counters.fromGuestFrames += done;
      queue.publish(chains, done);
      return done;
    } finally {
      note.end();
    }
  }

  /** Gives back unsent what had arrived before a crash. */
  private void leaveOut(Virtqueue queue) {
    int position = DeliveryNote.position(queue, packed);
    int arrived = fabric.continuity().arrived(slot, queue.index(), position);
    if (arrived > 0) {
      queue.take(chains, arrived);
      queue.publish(chains, chains.count);
    }
  }

  @Override
  public boolean up() {
    return linkUp && receive.length > 0;
  }

  @Override
  public int deliver(Frames burst, int from, int to, int pair) {
    try {
      return delivery.deliver(receive, burst, from, to, pair) - from;
    } catch (QueueException fault) {
      throw new QueueFault(port, fault);
    }
  }

  @Override
  public void dropped(int count) {
    counters.noBuffer += count;
  }

  @Override
  public Patience patience() {
    return patience;
  }

  @Override
  public boolean arm() {
    boolean work = false;
    for (Virtqueue queue : transmit) {
      work |= queue.arm();
    }
    if (commanding != null) {
      work |= commanding.arm();
    }
    return work;
  }

  @Override
  public void disarm() {
    for (Virtqueue queue : transmit) {
      queue.disarm();
    }
    // Nobody waits for buffers: these never are armed.
    for (Virtqueue queue : attached) {
      queue.disarm();
    }
    if (commanding != null) {
      commanding.disarm();
    }
  }

  @Override
  public void announce(long mac) {
    if (!linkUp) {
      return;
    }
    // A driver that can does it better than a frame: with its VLANs, and IPv4 and IPv6 neighbours
    // told.
    if (commanding != null
        && NetFeature.GUEST_ANNOUNCE.in(features)
        && NetFeature.STATUS.in(features)) {
      state.announce = true;
      configurationChanged.run();
    }
    try (Arena arena = Arena.ofConfined()) {
      fabric.forward(Announcement.of(mac, arena), 0, number, 0, new Counters());
    }
  }

  @Override
  public void link(boolean up) {
    if (up == linkUp) {
      return;
    }
    linkUp = up;
    if (!up) {
      fabric.forget(number);
    }
    fabric.changed();
    configurationChanged.run();
  }

  @Override
  public void onConfigurationChange(Runnable told) {
    configurationChanged = told;
  }

  @Override
  public byte[] configuration(int queueNumber) {
    return NetConfiguration.bytes(linkUp, state.announce, queueNumber, mtu, speed);
  }

  @Override
  public byte[] save() {
    return state.save();
  }

  @Override
  public void load(byte[] saved) {
    state.load(saved);
    apply();
  }

  @Override
  public byte[] handOver() {
    return new HandOver(counters.asMap(), fabric.learned(number)).bytes();
  }

  @Override
  public void takeOver(byte[] state) {
    HandOver before = HandOver.of(state);
    counters.goOn(before.counters());
    fabric.learn(number, before.addresses());
  }

  @Override
  public Map<String, Long> counters() {
    return counters.asMap();
  }
}

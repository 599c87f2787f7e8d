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
  private final int mtu;
  private final Counters counters = new Counters();
  private final FrameReader reader = new FrameReader();
  private final FrameWriter writer = new FrameWriter();
  private final Frames frames = new Frames(BURST);
  private final Chains chains = new Chains(BURST);
  private final Patience patience = new Patience();

  private int number;

  /** What this guest takes undone. */
  private int takes = Offloads.NONE;

  private Virtqueue[] transmit = {};
  private Virtqueue[] receive = {};

  /** A device at a switch; the configuration space says the MTU. */
  NetDevice(String port, Switch fabric, int mtu) {
    this.port = port;
    this.fabric = fabric;
    this.mtu = mtu;
  }

  @Override
  public String group() {
    return fabric.group();
  }

  @Override
  public void joined() {
    number = fabric.join(this);
  }

  @Override
  public void left() {
    fabric.leave(number);
  }

  @Override
  public void negotiated(long acknowledged) {
    takes = Offloads.ofReceiver(acknowledged);
    boolean mergeable = NetFeature.MRG_RXBUF.in(acknowledged);
    boolean modern = RingFeature.VERSION_1.in(acknowledged);
    int headerBytes = mergeable || modern ? NetHeader.BYTES : NetHeader.LEGACY_BYTES;
    reader.negotiated(acknowledged, headerBytes);
    writer.negotiated(headerBytes, mergeable);
  }

  @Override
  public void attach(Virtqueue queue) {
    if (receives(queue.index())) {
      receive = with(receive, queue);
    } else {
      transmit = with(transmit, queue);
    }
    fabric.changed();
  }

  @Override
  public void detach(int index) {
    if (receives(index)) {
      receive = without(receive, index);
    } else {
      transmit = without(transmit, index);
    }
    if (receive.length == 0) {
      fabric.forget(number);
    }
    fabric.changed();
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
    for (Virtqueue queue : transmit) {
      moved += transmit(queue);
    }
    return moved;
  }

  private int transmit(Virtqueue queue) {
    if (queue.take(chains, BURST) == 0) {
      return 0;
    }
    reader.read(chains, frames);
    int done = fabric.forward(frames, 0, number, queue.index() / 2, counters);
    for (int i = 0; i < done; i++) {
      counters.fromGuestBytes += frames.length[i];
    }
    counters.fromGuestFrames += done;
    queue.publish(chains, done);
    return done;
  }

  @Override
  public boolean up() {
    return receive.length > 0;
  }

  @Override
  public int deliver(Frames burst, int from, int to, int pair) {
    Virtqueue queue = receive[pair % receive.length];
    try {
      int next = from;
      while (next < to) {
        int end = next;
        while (end < to && takes(burst.header[end])) {
          end++;
        }
        if (end > next) {
          next += write(queue, burst, next, end, false);
          if (next < end) {
            break;
          }
        } else if (deliverPlain(queue, burst, next)) {
          next++;
        } else {
          break;
        }
      }
      return next - from;
    } catch (QueueException fault) {
      throw new QueueFault(port, fault);
    }
  }

  /** Whether this guest takes a frame as it is. */
  private boolean takes(long header) {
    return NetHeader.plain(header) || Offloads.has(takes, NetHeader.gsoType(header));
  }

  private boolean deliverPlain(Virtqueue queue, Frames burst, int frame) {
    Frames plain = fabric.offload().plain(burst, frame);
    if (plain.count == 0) {
      counters.notSegmentable++;
      return true;
    }
    return write(queue, plain, 0, plain.count, true) == plain.count;
  }

  private int write(Virtqueue queue, Frames burst, int from, int to, boolean whole) {
    int done = writer.write(queue, burst, from, to, whole);
    counters.toGuestFrames += writer.delivered;
    counters.toGuestBytes += writer.deliveredBytes;
    counters.tooLarge += writer.tooLarge;
    return done;
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
    return work;
  }

  @Override
  public void disarm() {
    for (Virtqueue queue : transmit) {
      queue.disarm();
    }
  }

  @Override
  public void announce(long mac) {
    try (Arena arena = Arena.ofConfined()) {
      fabric.forward(Announcement.of(mac, arena), 0, number, 0, new Counters());
    }
  }

  @Override
  public byte[] configuration(int queueNumber) {
    return NetConfiguration.bytes(queueNumber, mtu);
  }

  @Override
  public Map<String, Long> counters() {
    return counters.asMap();
  }
}

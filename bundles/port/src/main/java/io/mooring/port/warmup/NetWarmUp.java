package io.mooring.port.warmup;

import io.mooring.api.device.Agent;
import io.mooring.api.device.Device;
import io.mooring.api.device.DeviceType;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Runs a net device type: pairs of devices, some on a switch of their own and some on one with
 * others, send each other frames of many sizes, from known and new addresses, to known, unknown and
 * to all addresses, with enough, few and no receive buffers.
 */
public final class NetWarmUp implements WarmUp {

  /** No name that anybody would give a switch of his; those of single pairs have a number more. */
  private static final String SWITCH = ".warm-up";

  /** For a guest's other addresses. */
  private static final int MIDDLE = 16;

  private static final long MODERN = RingFeature.VERSION_1.mask() | NetFeature.MRG_RXBUF.mask();
  private static final int MTU = 9000;
  private static final long BROADCAST = 0xffff_ffff_ffffL;
  private static final int BUFFER_BYTES = 2048;

  /** A pair like one in use has so many turns for one of the usual pair. */
  private static final int LIVE_SHARE = 4;

  private final DeviceType type;
  private final List<Long> features;
  private final BiFunction<QueueSetup, Virtqueue, Virtqueue> wrap;
  private final Consumer<Agent> turn;

  /**
   * @param features the acknowledged ones of each port, each once
   * @param wrap puts a queue behind what devices see of it
   * @param turn lets a device have a worker's turn
   */
  public NetWarmUp(
      DeviceType type,
      List<Long> features,
      BiFunction<QueueSetup, Virtqueue, Virtqueue> wrap,
      Consumer<Agent> turn) {
    this.type = type;
    this.features = features;
    this.wrap = wrap;
    this.turn = turn;
  }

  @Override
  public void run(Pace pace) {
    try (Arena arena = Arena.ofConfined()) {
      List<Guest> guests = new ArrayList<>();
      for (long each : features) {
        for (int share = 0; each != 0 && share < LIVE_SHARE; share++) {
          pair(arena, guests, each, share % 2 == 0 ? SWITCH : SWITCH + guests.size());
        }
      }
      pair(arena, guests, MODERN, SWITCH);
      try {
        var dice = new Dice();
        while (pace.another()) {
          int number = dice.roll(guests.size());
          guests.get(number ^ 1).makeRoom(dice);
          guests.get(number).send(dice, guests.get(number ^ 1));
          turn.accept(guests.get(number).device);
        }
      } finally {
        guests.forEach(each -> each.device.left());
      }
    }
  }

  private void pair(Arena arena, List<Guest> guests, long acknowledged, String fabric) {
    for (int i = 0; i < 2; i++) {
      guests.add(guest(arena, guests.size(), acknowledged, fabric));
    }
  }

  private Guest guest(Arena arena, int number, long acknowledged, String fabric) {
    Device device = type.open("warm-up-" + number, Map.of("switch", fabric));
    // A control queue is not here: without one all is on that was acknowledged.
    var guest = new Guest(arena, device, number, acknowledged & ~NetFeature.CTRL_VQ.mask());
    device.joined();
    device.reset(1);
    device.mtu(MTU, false);
    device.negotiated(guest.features);
    device.attach(wrap.apply(guest.receive.setup(), guest.receive));
    device.attach(wrap.apply(guest.transmit.setup(), guest.transmit));
    return guest;
  }

  private static final class Guest {

    private final Device device;
    private final long address;
    private final long features;
    private final int headerBytes;
    private final MemoryQueue receive;
    private final MemoryQueue transmit;

    Guest(Arena arena, Device device, int number, long features) {
      this.device = device;
      this.features = features;
      address = 0x02L | (long) (number + 1) << 40;
      boolean modern = RingFeature.VERSION_1.in(features) || NetFeature.MRG_RXBUF.in(features);
      headerBytes = NetFeature.HASH_REPORT.in(features) ? 20 : modern ? 12 : 10;
      receive = new MemoryQueue(arena, 0, true);
      transmit = new MemoryQueue(arena, 1, false);
    }

    /** Offers receive buffers: mostly many. */
    void makeRoom(Dice dice) {
      int buffers = Math.min(receive.room(), dice.of(0, 5, 64, 64, MemoryQueue.SIZE));
      boolean small = NetFeature.MRG_RXBUF.in(features) && dice.oneIn(16);
      for (int i = 0; i < buffers; i++) {
        receive.offer(small ? 300 : BUFFER_BYTES, dice.oneIn(8) ? headerBytes : 0);
      }
    }

    void send(Dice dice, Guest other) {
      int frames = Math.min(transmit.room(), dice.of(0, 1, 9, 32, 32, 64, 64));
      int usual = dice.of(60, 60, 60, 252, 1514);
      for (int i = 0; i < frames; i++) {
        int length = dice.oneIn(8) ? dice.of(60, 200, 1514) : usual;
        MemoryQueue.frame(transmit.next(), headerBytes, to(dice, other), from(dice), length);
        boolean apart = dice.oneIn(4);
        transmit.offer(headerBytes + length, apart ? headerBytes : 0);
      }
    }

    private long from(Dice dice) {
      return dice.oneIn(256) ? address | (long) dice.roll(1 << 16) << MIDDLE : address;
    }

    private long to(Dice dice, Guest other) {
      return switch (dice.roll(256)) {
        case 0 -> BROADCAST;
        case 1 -> 0x0f00_0000_0002L;
        case 2 -> address;
        default -> other.address;
      };
    }
  }
}

package io.mooring.container.broken;

import io.mooring.api.device.Device;
import io.mooring.api.device.DeviceType;
import io.mooring.api.virtqueue.Virtqueue;
import io.mooring.net.NetDeviceType;
import io.mooring.net.Switches;
import java.util.Map;

/** Net devices as they are, but for one thing. */
abstract class BrokenNet implements DeviceType {

  private final DeviceType type;

  BrokenNet(Switches switches) {
    type = new NetDeviceType(switches);
  }

  @Override
  public String name() {
    return type.name();
  }

  @Override
  public long features() {
    return type.features();
  }

  @Override
  public int maxQueues() {
    return type.maxQueues();
  }

  @Override
  public String group(Map<String, String> settings) {
    return type.group(settings);
  }

  @Override
  public Device open(String port, Map<String, String> settings) {
    return spoil(type.open(port, settings));
  }

  abstract Device spoil(Device device);

  /** Takes every frame and delivers none: it has no receive queue. */
  public static final class DeliversNothing extends BrokenNet {

    /** Devices on switches of its own. */
    public DeliversNothing(Switches switches) {
      super(switches);
    }

    @Override
    Device spoil(Device device) {
      return Otherwise.in(
          Device.class,
          device,
          "attach",
          (whole, arguments) -> {
            Virtqueue queue = (Virtqueue) arguments[0];
            if (queue.index() % 2 == 1) {
              whole.attach(queue);
            }
            return null;
          });
    }
  }

  /** Throws in a turn long after its rehearsal. */
  public static final class ThrowsInPoll extends BrokenNet {

    private int turns;

    /** Devices on switches of its own. */
    public ThrowsInPoll(Switches switches) {
      super(switches);
    }

    @Override
    Device spoil(Device device) {
      return Otherwise.in(
          Device.class,
          device,
          "poll",
          (whole, _) -> {
            if (++turns >= 200_000) {
              throw new IllegalStateException("turn " + turns);
            }
            return whole.poll();
          });
    }
  }
}

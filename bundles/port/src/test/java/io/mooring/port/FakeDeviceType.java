package io.mooring.port;

import io.mooring.api.device.Device;
import io.mooring.api.device.DeviceType;
import java.util.Map;

/** A device type with one device. */
final class FakeDeviceType implements DeviceType {

  private final Device device;

  /** Why the device refuses the port's settings, if not null. */
  volatile RuntimeException refusal;

  FakeDeviceType(Device device) {
    this.device = device;
  }

  @Override
  public String name() {
    return "net";
  }

  @Override
  public long features() {
    return 0;
  }

  @Override
  public int maxQueues() {
    return 8;
  }

  @Override
  public String group(Map<String, String> settings) {
    return "test";
  }

  @Override
  public Device open(String port, Map<String, String> settings) {
    if (refusal != null) {
      throw refusal;
    }
    return device;
  }
}

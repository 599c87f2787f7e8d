package io.mooring.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.device.Device;
import io.mooring.api.device.DeviceType;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.profile.Profile;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.QueueSetup;
import io.mooring.api.virtqueue.Virtqueue;
import io.mooring.api.virtqueue.VirtqueueEngine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProfileRegistryTest {

  private final ProfileRegistry registry = new ProfileRegistry();

  @Test
  void servesNothingBeforeAnEngineAndADeviceAreThere() {
    assertEquals(List.of(), registry.served());
    registry.engine = new Engine(RingFeature.VERSION_1.mask(), 1024);
    registry.devices = List.of();
    assertEquals(Optional.empty(), registry.latest("net"));
    registry.engine = null;
    registry.devices = List.of(new Net(0, 2));
    assertEquals(Optional.empty(), registry.find("io.mooring.v1"));
  }

  @Test
  void offersWhatEngineAndDeviceDoTogether() {
    registry.engine = new Engine(RingFeature.VERSION_1.mask(), 512);
    registry.devices = List.of(new Net(NetFeature.CSUM.mask(), 16));
    var expected = new Profile("io.mooring.v1", "net", 1L << 32 | 1, 512, 8, 9000);
    assertEquals(Optional.of(expected), registry.latest("net"));
    assertEquals(Optional.of(expected), registry.find("io.mooring.v1"));
    assertTrue(registry.latest("blk").isEmpty());
  }

  @Test
  void followsAnEngineThatDoesLess() {
    registry.devices = List.of(new Net(0, 2));
    registry.engine = new Engine(RingFeature.RING_PACKED.mask(), 1024);
    registry.engine = new Engine(0, 256);
    Profile now = registry.latest("net").orElseThrow();
    assertEquals(0, now.features());
    assertEquals(256, now.maxRing());
  }

  private record Engine(long features, int maxSize) implements VirtqueueEngine {

    @Override
    public Virtqueue open(QueueSetup setup, MemoryTable memory) {
      throw new UnsupportedOperationException();
    }
  }

  private record Net(long features, int maxQueues) implements DeviceType {

    @Override
    public String name() {
      return "net";
    }

    @Override
    public String group(Map<String, String> settings) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Device open(String port, Map<String, String> settings) {
      throw new UnsupportedOperationException();
    }
  }
}

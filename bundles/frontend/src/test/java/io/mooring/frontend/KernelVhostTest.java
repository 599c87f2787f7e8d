package io.mooring.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.os.Os;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's back-end is asked like any other, where there is one. */
class KernelVhostTest {

  /** Rings, logging and merged buffers, as kernels offer them. */
  private static final long FEATURES = 0x1_3d00_8000L;

  /** A device file that every system has stands for the kernel's. */
  private static final Path DEVICE = Path.of("/dev/null");

  private static Os kernel() {
    return (Os)
        Proxy.newProxyInstance(
            Os.class.getClassLoader(),
            new Class<?>[] {Os.class},
            (_, method, arguments) -> {
              assertEquals("vhostFeatures", method.getName());
              assertEquals(DEVICE, arguments[0]);
              return FEATURES;
            });
  }

  @Test
  void aDeviceFileIsAskedOfTheKernelAndASocketIsNot(@TempDir Path directory) throws IOException {
    assertTrue(KernelVhost.isMeant(Path.of("/dev/vhost-net")));
    assertTrue(KernelVhost.isMeant(DEVICE));
    assertFalse(KernelVhost.isMeant(directory));
    assertFalse(KernelVhost.isMeant(directory.resolve("absent")));
  }

  @Test
  void itOffersItsFeaturesForOneQueuePair() throws IOException {
    Probe probe = KernelVhost.probe(kernel(), DEVICE);
    assertEquals(FEATURES, probe.features());
    assertTrue(probe.queues().isEmpty());
    assertEquals(
        "{\"socket\":\"/dev/null\",\"features\":\"0x13d008000\",\"feature_names\":"
            + "[\"mrg_rxbuf\",\"notify_on_empty\",\"log_all\",\"any_layout\",\"indirect_desc\","
            + "\"event_idx\",\"version_1\"]}",
        ProbeCommand.json(DEVICE, probe));
  }

  @Test
  void whereItIsAbsentOneLineSaysSo(@TempDir Path directory) {
    Path absent = directory.resolve("vhost-net");
    assertEquals(
        absent + " is not there: this kernel has no vhost_net, or its module is not loaded",
        assertThrows(IOException.class, () -> KernelVhost.probe(kernel(), absent)).getMessage());
  }
}

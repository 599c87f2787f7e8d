package io.mooring.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.os.Os;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The kernel's own back-end, where there is one, and one line where there is none. */
class VhostDeviceTest {

  private final Os os = new LinuxOs();

  private String refused(String path) throws IOException {
    int before = Descriptor.countOpen();
    String line =
        assertThrows(IOException.class, () -> os.vhostFeatures(Path.of(path))).getMessage();
    assertEquals(before, Descriptor.countOpen());
    return line;
  }

  @Test
  void aDeviceThatIsNotThereIsNamed() throws IOException {
    assertEquals("open /dev/no-vhost: No such file or directory", refused("/dev/no-vhost"));
  }

  @Test
  void whatIsNoVhostDeviceIsNamed() throws IOException {
    assertEquals(
        "ask /dev/null for its vhost features: Inappropriate ioctl for device"
            + " (it is no vhost device)",
        refused("/dev/null"));
  }

  /** Every kernel that has it is a modern device there. */
  @Test
  void theKernelsOwnDeviceOffersVersion1OrIsNotThere() throws IOException {
    Path device = Path.of("/dev/vhost-net");
    if (Files.exists(device)) {
      assertTrue((os.vhostFeatures(device) >>> 32 & 1) == 1, "VERSION_1 is not offered");
    } else {
      assertEquals("open /dev/vhost-net: No such file or directory", refused(device.toString()));
    }
  }
}

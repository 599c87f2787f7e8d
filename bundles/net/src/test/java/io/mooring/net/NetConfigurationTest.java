package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NetConfigurationTest {

  /** virtio 1.3, section 5.1.4: MAC, status, queue pairs, MTU, speed, duplex, RSS. */
  @Test
  void theSpaceIsLaidOutAsTheSpecificationSays() {
    String wanted =
        "000000000000" + "0100" + "8000" + "2823" + "ffffffff" + "ff" + "00000000000000";
    assertArrayEquals(HexFormat.of().parseHex(wanted), NetConfiguration.bytes(128, 9000));
  }
}

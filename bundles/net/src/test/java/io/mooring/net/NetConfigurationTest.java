package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetConfigurationTest {

  /** virtio 1.3, section 5.1.4: MAC, status, queue pairs, MTU, speed, duplex, RSS. */
  @Test
  void theSpaceIsLaidOutAsTheSpecificationSays() {
    String wanted =
        "000000000000" + "0100" + "8000" + "2823" + "ffffffff" + "ff" + "28" + "8000" + "3f000000";
    assertArrayEquals(
        HexFormat.of().parseHex(wanted),
        NetConfiguration.bytes(true, false, 128, 9000, NetConfiguration.SPEED_UNKNOWN));
  }

  @Test
  void aSpeedIsToldAndThatItIsFullDuplex() {
    Map<String, String> settings = Map.of("switch", "a", "speed", "25000");
    byte[] space = new NetDeviceType(new Switches()).open("p", settings).configuration(1);
    assertEquals("a8610000" + "01", HexFormat.of().formatHex(space, 12, 17));
  }

  @Test
  void aPortWithoutASpeedSaysThatItIsUnknown() {
    byte[] space = new NetDeviceType(new Switches()).open("p", Map.of()).configuration(1);
    assertEquals("ffffffff" + "ff", HexFormat.of().formatHex(space, 12, 17));
  }

  @Test
  void theStatusTellsTheLinkAndAsksForAnAnnouncement() {
    assertEquals(0, NetConfiguration.bytes(false, false, 1, 1500, 0)[6]);
    assertEquals(3, NetConfiguration.bytes(true, true, 1, 1500, 0)[6]);
  }
}

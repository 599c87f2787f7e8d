package io.mooring.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortOptionTest {

  private static final Path HERE = Path.of("/here");

  @Test
  void aRelativeSocketIsBelowTheDirectory() throws Refusal {
    assertEquals(
        new PortOption("a", Map.of("socket", "/here/s", "queues", "4")),
        PortOption.parse("a=s,queues=4", HERE));
  }

  @Test
  void aDoubledCommaBelongsToTheValue() throws Refusal {
    assertEquals(
        Map.of("socket", "/a,b", "profile", "csum=on,max_ring=512", "mtu", "1400"),
        PortOption.parse("a=/a,,b,profile=csum=on,,max_ring=512,mtu=1400", HERE).settings());
  }

  @Test
  void whatIsNoSettingIsRefused() {
    assertEquals(
        "--port a: 'max_ring' is no key=value",
        assertThrows(Refusal.class, () -> PortOption.parse("a=/a,max_ring", HERE)).getMessage());
    assertEquals(
        "--port a: '' is no key=value",
        assertThrows(Refusal.class, () -> PortOption.parse("a=/a,", HERE)).getMessage());
    assertEquals(
        "--port a: mtu is given twice",
        assertThrows(Refusal.class, () -> PortOption.parse("a=/a,mtu=1,mtu=2", HERE)).getMessage());
  }
}

package io.mooring.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SwitchesTest {

  @Test
  void aGroupIsItsFeatures() {
    Switches off = Switches.NONE.with("tso", false, Switches.ALL).with("csum", false, "p");
    assertEquals(
        Map.of("off", "guest_tso4 guest_tso6 host_tso4 host_tso6", "off.p", "csum"),
        off.configuration());
    assertEquals(1L << 7 | 1L << 8 | 1L << 11 | 1L << 12, off.mask("net", Switches.ALL));
    assertEquals(1L | off.mask("net", "q"), off.mask("net", "p"));
    assertEquals(0, off.mask("blk", "q"));
  }

  @Test
  void whatIsSwitchedOnAgainLeavesNothing() {
    Switches off = Switches.NONE.with("ufo", false, "p").with("ecn", false, Switches.ALL);
    assertEquals(
        Switches.NONE,
        off.with("host_ufo", true, "p").with("ufo", true, "p").with("ecn", true, Switches.ALL));
  }

  @Test
  void readsWhatItWrites() {
    Switches off = Switches.NONE.with("packed", false, "a.b").with("uso", false, Switches.ALL);
    assertEquals(off, Switches.of(off.configuration()));
    assertEquals(
        Switches.NONE.with("tso", false, Switches.ALL),
        Switches.of(Map.of("off", " tso, host_tso4 ", "service.pid", "x", "offer", "y")));
  }

  @Test
  void refusesWhatIsNoFeature() {
    var error =
        assertThrows(
            IllegalArgumentException.class, () -> Switches.of(Map.of("off.p", "host_tsu4")));
    assertEquals("no feature or group host_tsu4; did you mean host_tso4?", error.getMessage());
  }
}

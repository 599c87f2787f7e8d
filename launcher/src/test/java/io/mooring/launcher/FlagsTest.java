package io.mooring.launcher;

import static io.mooring.launcher.Refusals.assertUsage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A command line, walked word by word. */
class FlagsTest {

  private static Flags at(String... arguments) throws Refusal {
    var flags = new Flags(List.of(arguments));
    assertTrue(flags.next());
    return flags;
  }

  @Test
  void anEmptyCommandLineHasNoNext() throws Refusal {
    assertFalse(new Flags(List.of()).next());
  }

  @Test
  void aValueIsTheNextWordOrAttached() throws Refusal {
    Flags flags = at("--home", "/h", "--cores=0,1", "vhost:ports");
    assertEquals("--home", flags.flag());
    assertEquals("/h", flags.value());
    assertTrue(flags.next());
    assertEquals("--cores", flags.flag());
    assertEquals("0,1", flags.value());
    assertTrue(flags.next());
    assertEquals("vhost:ports", flags.flag());
    assertFalse(flags.next());
  }

  @Test
  void onlyTheFirstEqualsSignSplits() throws Refusal {
    Flags flags = at("--port=a=/a,mtu=1500");
    assertEquals("--port", flags.flag());
    assertEquals("a=/a,mtu=1500", flags.value());
  }

  @Test
  void aWordThatIsNoFlagKeepsItsEqualsSign() throws Refusal {
    assertEquals("vhost:port a=b", at("vhost:port a=b").flag());
    assertEquals("-x=1", at("-x=1").flag());
  }

  @Test
  void aMissingValueIsNamed() {
    assertUsage("--home: its value is missing", () -> at("--home").value());
    assertUsage("--home: its value is missing", () -> at("--home=").value());
    assertUsage("--home: its value is missing", () -> at("--home", "").value());
    assertUsage("--home: its value is missing", () -> at("--home", "--port", "a=/a").value());
  }

  @Test
  void aValueThatNobodyAskedForIsRefused() {
    assertUsage("--json: takes no value", () -> at("--json=yes").next());
  }
}

package io.mooring.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.profile.Profile;
import io.mooring.api.virtio.RingFeature;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {

  private static final String LIMITS = ",max_ring=1024,max_queue_pairs=128,mtu=1500";

  @Test
  void printsTheFormOfTheThread() {
    Profile profile = net(1L << 27 | 1L << 15);
    assertEquals("device=net,any_layout=on,mrg_rxbuf=on" + LIMITS, Values.print(profile));
  }

  @Test
  void namesBlockFeaturesAsQemuDoes() {
    Profile profile = new Profile("", "blk", 1L << 11 | 1L << 9 | 1L << 32, 128, 4, 0);
    String text = "device=blk,config-wce=on,flush=on,version_1=on,max_ring=128,max_queues=4";
    assertEquals(text, Values.print(profile));
    assertEquals(profile, Values.parse("", text));
  }

  @Property
  void everyFeatureWordIsPrintedAndReadBack(@ForAll long features, @ForAll boolean block) {
    Profile profile =
        block ? new Profile("x", "blk", features, 256, 1, 0) : net(features).withName("x");
    assertEquals(profile, Values.parseAny("x", Values.print(profile)));
  }

  @Property
  void textThatIsReadIsCanonicalAfterwards(@ForAll long features) {
    String once = Values.print(net(features));
    assertEquals(once, Values.print(Values.parseAny("", once)));
  }

  @Property
  void anyTextEndsInAProfileOrInOneLine(@ForAll @StringLength(max = 9000) String text) {
    String line =
        assertThrows(IllegalArgumentException.class, () -> Values.parse("", text)).getMessage();
    assertTrue(line.length() < 300 && line.indexOf('\n') < 0, line);
  }

  @Property
  void whatAHostServesLosesNothing(@ForAll long host, @ForAll long wanted) {
    List<String> missing = Comparison.missing(net(host), net(wanted));
    assertEquals(Long.bitCount(wanted & ~host), missing.size());
  }

  @Property
  void equalInterfacesHaveEqualHashes(@ForAll long features, @ForAll @IntRange(max = 63) int bit) {
    Profile one = net(features);
    assertEquals(Values.hash(one), Values.hash(one.withName("other")));
    Profile other = net(features ^ 1L << bit);
    assertNotEquals(Values.hash(one), Values.hash(other));
    assertEquals(1, Comparison.differences(one, other).size());
  }

  @Test
  void orderSpacesAndOffMakeNoDifference() {
    assertEquals(
        Values.parse("", "device=net,csum=on" + LIMITS),
        Values.parse("", "mtu=1500, max_ring=1024,gso=off,csum=on,max_queue_pairs=128,device=net"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "guest_tso4=on | guest_tso4=on needs guest_csum (or, where a back-end really offers it so,"
            + " unmet=guest_tso4)",
        "host_ecn=on | host_ecn=on needs host_tso4 or host_tso6 (or, where a back-end really offers"
            + " it so, unmet=host_ecn)",
        "guest_csum=on,guest_uso4=on | guest_uso4=on needs guest_uso6 (or, where a back-end really"
            + " offers it so, unmet=guest_uso4)",
        "packed=on | packed=on needs version_1 (or, where a back-end really offers it so,"
            + " unmet=packed)",
        "csum=on,unmet=csum | unmet=csum is not so: what it needs is on, or it is off itself",
        "bit_58=on | bit_58=on is reserved in virtio 1.3 for the device type, so no profile may"
            + " have it",
        "bit_44=on | bit_44=on is reserved in virtio 1.3 for extensions, so no profile may have it",
        "bit_0=on | bit_0 has a name: write csum",
        "bit_64=on | a net profile has no value bit_64",
        "protocol_features=on | protocol_features=on is the vhost-user channel's own and no guest"
            + " sees it: leave it out",
        "mrg_rxbfu=on | a net profile has no value mrg_rxbfu; did you mean mrg_rxbuf?",
        "max_rings=9 | a net profile has no value max_rings; did you mean max_ring?",
        "csum=yes | csum=yes: allowed are on and off",
        "csum=on,csum=on | csum is there twice",
        "csum | value csum is not of the form name=value",
        "mtu=1400 | mtu is there twice",
      })
  void refusesInOneLineThatSaysWhy(String value, String line) {
    refused("device=net," + value + LIMITS, line);
  }

  @Test
  void refusesLimitsThatVirtioForbids() {
    String start = "device=net,csum=on,";
    refused(start + "max_ring=48,max_queue_pairs=1,mtu=1500", "max_ring=48 is not a power of two");
    refused(
        start + "max_ring=65536,max_queue_pairs=1,mtu=1500",
        "max_ring=65536: allowed are 2 to 32768");
    refused(
        start + "max_ring=256,max_queue_pairs=-1,mtu=1500",
        "max_queue_pairs=-1: allowed are 1 to 32768");
    refused(start + "max_ring=256,max_queue_pairs=1,mtu=67", "mtu=67: allowed are 68 to 65535");
    refused(
        start + "max_ring=256,max_queue_pairs=1", "the values lack mtu=: allowed are 68 to 65535");
    refused("device=nett,mtu=1500", "device=nett is not known: allowed are blk and net");
    refused("csum=on", "the values lack device=: allowed are blk and net");
  }

  @Test
  void admitsWhatARealBackEndLeavesUnmet() {
    String text = "device=net,host_ecn=on" + LIMITS + ",unmet=host_ecn";
    assertEquals(text, Values.print(Values.parse("", text)));
  }

  @Test
  void everyBitOfTheRingHasTheSameNameForEveryDevice() {
    for (RingFeature feature : RingFeature.values()) {
      assertEquals(feature.property(), FeatureNames.of("net").name(feature.bit()));
      assertEquals(feature.property(), FeatureNames.of("blk").name(feature.bit()));
    }
  }

  private static void refused(String text, String line) {
    var error = assertThrows(IllegalArgumentException.class, () -> Values.parse("", text));
    assertEquals(line, error.getMessage());
  }

  private static Profile net(long features) {
    return new Profile("", "net", features, 1024, 128, 1500);
  }
}

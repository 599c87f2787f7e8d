package io.mooring.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.profile.Profile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryTest {

  @TempDir Path data;

  private final Map<String, String> connected = new HashMap<>();
  private final AtomicInteger changes = new AtomicInteger();
  private Registry registry;
  private Ledger ledger;

  @BeforeEach
  void start() {
    ledger = new Ledger(data.resolve("ledger"));
    registry =
        new Registry(
            ledger, new Pins(data.resolve("pins")), () -> connected, changes::incrementAndGet);
    registry.host(Texts.host("csum", "guest_csum", "host_tso4", "mrg_rxbuf"));
  }

  @Test
  void servesWhatEngineAndDeviceCan() {
    registry.put("bundle a", Texts.profile("com.acme.v1", "csum"));
    registry.put("bundle b", Texts.profile("com.acme.v2", "csum", "gso"));
    assertEquals(List.of("com.acme.v1"), Texts.names(registry.view()));
    assertEquals(List.of("gso=on"), registry.view().get("com.acme.v2").withheld());
    registry.host(Texts.host("csum", "gso"));
    assertEquals(List.of("com.acme.v2", "com.acme.v1"), Texts.names(registry.view()));
    registry.host(Host.EMPTY);
    assertEquals(List.of("no virtqueue engine"), registry.view().get("com.acme.v1").withheld());
  }

  @Test
  void findsByNameAliasAndLatest() {
    registry.put("a", Texts.aliased("com.acme.v2", "com.acme.v2.1 com.acme.v3", "csum"));
    registry.put("b", Texts.profile("com.acme.v10", "gso"));
    registry.put("c", Texts.profile("com.acme.v1"));
    assertEquals("com.acme.v2", registry.view().get("com.acme.v2.1").profile().name());
    assertEquals("com.acme.v2", registry.view().get("com.acme.latest").profile().name());
    assertEquals(
        "profile com.acme.v2.2 is not known; did you mean com.acme.v2.1?",
        assertThrows(IllegalArgumentException.class, () -> registry.view().get("com.acme.v2.2"))
            .getMessage());
  }

  @Test
  void dropsAProfileWhenTheLastThatBroughtItIsGone() {
    registry.put("bundle a", Texts.profile("com.acme.v1", "csum"));
    registry.put("file b", Texts.profile("com.acme.v1", "csum"));
    registry.remove("bundle a");
    assertEquals("file b", registry.view().get("com.acme.v1").origin());
    registry.remove("file b");
    registry.remove("file b");
    assertEquals(List.of(), registry.view().states());
  }

  @Test
  void refusesTwoInterfacesOfOneName() {
    registry.put("bundle a", Texts.aliased("com.acme.v1", "com.acme.v2", "csum"));
    var refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> registry.put("file b", Texts.profile("com.acme.v2", "csum", "mrg_rxbuf")));
    assertEquals(
        "com.acme.v2 is another interface, brought by bundle a: it would have mrg_rxbuf=on",
        refused.getMessage());
    assertEquals(1, registry.view().states().size());
  }

  @Test
  void neverRedefinesAPublishedName() {
    ledger.record(Map.of("com.acme.v1", Values.hash(Texts.profile("x.v1", "csum").profile())));
    assertThrows(
        IllegalArgumentException.class,
        () -> registry.put("file a", Texts.profile("com.acme.v1", "gso")));
    registry.put("file a", Texts.profile("com.acme.v1", "csum"));
    var other = new Ledger(data.resolve("ledger"));
    assertEquals(ledger.all(), other.all(), "the ledger survives a restart");
  }

  @Test
  void anAuditNamesWhatIsServedNoMore() {
    registry.put("file a", Texts.profile("com.acme.v1", "csum"));
    registry.put("file b", Texts.profile("com.acme.v2", "mrg_rxbuf"));
    for (String name : List.of("com.acme.v1", "com.acme.v2", "com.acme.v0")) {
      ledger.record(Map.of(name, "0".repeat(64)));
    }
    registry.host(Texts.host("csum"));
    assertEquals(
        Map.of("com.acme.v0", "no bundle or file brings it", "com.acme.v2", "mrg_rxbuf=on"),
        registry.audit());
  }

  @Test
  void aFileThatIsRefusedLeavesWhatItBroughtBefore() {
    registry.put("file a", Texts.profile("com.acme.v1", "csum"));
    registry.put("file b", Texts.profile("com.acme.v2", "mrg_rxbuf"));
    assertThrows(
        IllegalArgumentException.class,
        () -> registry.put("file a", Texts.profile("com.acme.v2", "csum")));
    assertTrue(registry.view().get("com.acme.v1").served());
    registry.put("file a", Texts.profile("com.acme.v3", "csum"));
    assertTrue(registry.view().find("com.acme.v1").isEmpty());
  }

  @Test
  void aConnectedPortKeepsItsProfileUntilItLetsGo() {
    registry.put("file a", Texts.aliased("com.acme.v1", "com.acme.v1.1", "csum"));
    connected.put("p", "com.acme.v1.1");
    registry.remove("file a");
    registry.sweep();
    assertTrue(registry.view().get("com.acme.v1").served(), "port p has it");
    assertEquals("", registry.view().get("com.acme.v1").origin());
    assertThrows(
        IllegalArgumentException.class,
        () -> registry.put("file a", Texts.profile("com.acme.v1", "gso")));
    connected.clear();
    registry.sweep();
    assertTrue(registry.view().find("com.acme.v1").isEmpty());
  }

  @Test
  void aConnectedPortsFileIsNotRewritten() {
    registry.put("file a", Texts.profile("com.acme.v1", "csum"));
    connected.put("p", "com.acme.v1");
    assertEquals(
        "port p is connected with the profile that it brought before",
        assertThrows(
                IllegalArgumentException.class,
                () -> registry.put("file a", Texts.profile("com.acme.v2", "csum", "host_tso4")))
            .getMessage());
  }

  @Test
  void anObstacleWithholdsAProfileThatNothingElseBrings() {
    registry.put("bundle a", Texts.profile("com.acme.v1", "csum"));
    registry.obstacle("bundle a", "bundle a cannot resolve");
    assertEquals(List.of("bundle a cannot resolve"), registry.view().get("com.acme.v1").withheld());
    int before = changes.get();
    registry.obstacle("bundle a", "bundle a cannot resolve");
    assertEquals(before, changes.get(), "an old obstacle is no change");
    registry.put("file b", Texts.profile("com.acme.v1", "csum"));
    assertTrue(registry.view().get("com.acme.v1").served());
  }

  @Test
  void aPinnedPortGetsExactlyItsProfileOrWaits() {
    registry.put("file a", Texts.aliased("com.acme.v1", "com.acme.v1.1", "csum"));
    Profile offered = registry.forPort("p", "net", "com.acme.v1.1");
    assertEquals(Texts.profile("com.acme.v1", "csum").profile().withName("com.acme.v1.1"), offered);
    registry.switches(Switches.NONE.with("csum", false, "p"));
    assertEquals(
        "profile com.acme.v1, not served: csum=on (switched off)",
        assertThrows(IllegalStateException.class, () -> registry.forPort("p", "net", "com.acme.v1"))
            .getMessage());
    assertEquals(1, registry.forPort("q", "net", "com.acme.v1").features());
    assertEquals(
        "profile com.acme.v9, which no bundle or file brings",
        assertThrows(IllegalStateException.class, () -> registry.forPort("p", "net", "com.acme.v9"))
            .getMessage());
  }

  @Test
  void aPortMayBePinnedToValues() {
    Profile offered = registry.forPort("p", "net", "csum=on,max_ring=512");
    assertEquals(
        new Profile(
            "device=net,csum=on,max_ring=512,max_queue_pairs=1,mtu=1500", "net", 1, 512, 1, 1500),
        offered);
    assertThrows(IllegalStateException.class, () -> registry.forPort("p", "net", "any_layout=on"));
    assertThrows(
        IllegalArgumentException.class, () -> registry.forPort("p", "net", "anylayout=on"));
    assertThrows(IllegalArgumentException.class, () -> registry.forPort("p", "net", "No Name"));
    assertThrows(IllegalArgumentException.class, () -> registry.forPort("p", "blk", "csum=on"));
  }

  @Test
  void aPortThatAsksForNothingKeepsWhatItGotFirst() {
    registry.put("file a", Texts.profile("io.mooring.v1", "csum"));
    registry.put("file b", Texts.profile("com.acme.v1", "csum", "guest_csum", "mrg_rxbuf"));
    assertEquals("io.mooring.v1", registry.forPort("p", "net", "").name());
    registry.put("file c", Texts.profile("io.mooring.v2", "csum", "guest_csum"));
    assertEquals("io.mooring.v1", registry.forPort("p", "net", "").name());
    assertEquals("io.mooring.v2", registry.forPort("q", "net", "").name());
    var restarted = new Registry(ledger, new Pins(data.resolve("pins")), () -> connected, () -> {});
    assertThrows(IllegalStateException.class, () -> restarted.forPort("p", "net", ""));
    restarted.host(Texts.host("csum", "guest_csum"));
    restarted.put("file a", Texts.profile("io.mooring.v1", "csum"));
    restarted.put("file c", Texts.profile("io.mooring.v2", "csum", "guest_csum"));
    assertEquals("io.mooring.v1", restarted.forPort("p", "net", "").name());
    restarted.forget("p");
    assertEquals("io.mooring.v2", restarted.forPort("p", "net", "").name());
  }

  @Test
  void latestOfALineageIsRecordedToo() {
    registry.put("file a", Texts.profile("com.acme.v1", "csum"));
    registry.put("file b", Texts.profile("com.acme.v3", "gso"));
    assertEquals("com.acme.v1", registry.forPort("p", "net", "com.acme.latest").name());
    registry.put("file c", Texts.profile("com.acme.v2", "mrg_rxbuf"));
    assertEquals("com.acme.v1", registry.forPort("p", "net", "com.acme.latest").name());
    assertEquals("com.acme.v2", registry.forPort("q", "net", "com.acme.latest").name());
    assertThrows(
        IllegalStateException.class, () -> registry.forPort("p", "net", "com.other.latest"));
  }

  @Test
  void whatIsSwitchedOffIsReplacedForAPortThatAskedForNothingAndComesBack() {
    registry.put("file a", Texts.profile("io.mooring.v1", "csum"));
    registry.put("file b", Texts.profile("io.mooring.v2", "csum", "host_tso4"));
    assertEquals("io.mooring.v2", registry.forPort("p", "net", "").name());
    registry.switches(Switches.NONE.with("tso", false, Switches.ALL));
    assertEquals("io.mooring.v1", registry.forPort("p", "net", "").name());
    registry.switches(Switches.NONE);
    assertEquals("io.mooring.v2", registry.forPort("p", "net", "").name());
    registry.host(Texts.host("csum"));
    assertThrows(
        IllegalStateException.class,
        () -> registry.forPort("p", "net", ""),
        "an engine that does less never changes what a port had");
  }

  @Test
  void aVendorsOwnDeviceOffersWhatItCan() {
    var devices = new TreeMap<String, Profile>();
    devices.put("echo", Host.device("echo", 1L << 32 | 1L << 28, 512, 2));
    registry.host(new Host("test engine", devices));
    registry.switches(Switches.NONE.with("indirect_desc", false, "q"));
    assertEquals(
        new Profile("echo", "echo", 1L << 32 | 1L << 28, 512, 2, 0),
        registry.forPort("p", "echo", ""));
    assertEquals(1L << 32, registry.forPort("q", "echo", "").features());
    assertEquals(
        Map.of(),
        Published.of("here", registry.view(), registry.switches()).offers(),
        "only what the grammar can say is published");
    assertThrows(IllegalStateException.class, () -> registry.forPort("p", "other", ""));
  }

  @Test
  void aThousandProfilesAreKnownEachByItsName() {
    for (int i = 0; i < 1000; i++) {
      registry.put("file " + i, Texts.profile("com.acme.v1." + i, i % 2 == 0 ? "csum" : "gso"));
    }
    assertEquals(500, registry.view().served().size());
    assertEquals(List.of(), registry.check("com.acme.v1.998"));
    assertEquals(List.of("gso=on"), registry.check("com.acme.v1.999"));
  }
}

package io.mooring.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.profile.MovePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MovesTest {

  private static final long CSUM = 1;
  private static final long MRG_RXBUF = 1L << 15;
  private static final long STATUS = 1L << 16;

  @TempDir Path directory;

  /** A host that knows three versions and serves those that the features allow. */
  private Published host(String... features) {
    var registry =
        new Registry(
            new Ledger(directory.resolve("ledger")),
            new Pins(directory.resolve("pins")),
            HashMap::new,
            () -> {});
    registry.host(Texts.host(features));
    registry.put("a", Texts.profile("com.acme.v1"));
    registry.put("b", Texts.aliased("com.acme.v2", "com.acme.v2.1", "csum"));
    registry.put("c", Texts.profile("com.acme.v3", "csum", "mrg_rxbuf"));
    return Published.of("there", registry.view(), registry.switches());
  }

  private MovePlan plan(String from, OptionalLong acknowledged, String... there) {
    return Moves.plan(from, Optional.empty(), acknowledged, host(there));
  }

  @Test
  void aHostThatServesTheSameTakesTheVm() {
    assertEquals(
        new MovePlan(
            true, List.of(), List.of(), Optional.of("com.acme.v2"), Optional.of("com.acme.v2")),
        plan("com.acme.v2.1", OptionalLong.empty(), "csum", "mrg_rxbuf"));
  }

  @Test
  void aFeatureThatTheGuestUsesIsLost() {
    assertEquals(
        new MovePlan(
            false,
            List.of("mrg_rxbuf=on"),
            List.of("mrg_rxbuf=on"),
            Optional.empty(),
            Optional.of("com.acme.v2")),
        plan("com.acme.v3", OptionalLong.of(CSUM | MRG_RXBUF), "csum"));
  }

  @Test
  void aFeatureThatItDoesNotUseNamesTheProfileThatWouldDo() {
    assertEquals(
        new MovePlan(
            false,
            List.of("mrg_rxbuf=on"),
            List.of(),
            Optional.of("com.acme.v2"),
            Optional.of("com.acme.v2")),
        plan("com.acme.v3", OptionalLong.of(CSUM | STATUS), "csum"));
    assertEquals(
        Optional.of("com.acme.v1"),
        plan("com.acme.v3", OptionalLong.of(STATUS), "csum").profile(),
        "what the front-end offers by itself is not the back-end's to serve");
  }

  @Test
  void limitsCount() {
    assertEquals(
        new MovePlan(
            false,
            List.of("max_ring=2048 (at most 1024 here)"),
            List.of(),
            Optional.empty(),
            Optional.of("com.acme.v2")),
        plan("csum=on,max_ring=2048", OptionalLong.empty(), "csum"));
    assertEquals(
        new MovePlan(false, List.of("device=blk"), List.of(), Optional.empty(), Optional.empty()),
        plan("device=blk,flush=on", OptionalLong.empty(), "csum"));
  }

  @Test
  void hostsAreTakenFromTheirFiles() throws IOException {
    Path rich = write("rich.json", host("csum", "mrg_rxbuf"));
    Path poor = write("poor.json", host("csum"));
    Published here = host();
    assertEquals(
        List.of("mrg_rxbuf=on"),
        Moves.plan(rich.toString(), Optional.of(poor.toString()), OptionalLong.empty(), here)
            .missing());
    assertEquals(
        List.of(),
        Moves.plan(poor.toString(), Optional.of(rich.toString()), OptionalLong.empty(), here)
            .missing());
    assertEquals(
        List.of("csum=on"),
        Moves.plan(poor.toString(), Optional.of("mrg_rxbuf=on"), OptionalLong.empty(), here)
            .missing());
    List<Published> all = List.of(PublishedJson.read(rich), PublishedJson.read(poor));
    assertEquals(Optional.of("com.acme.v2"), Moves.baseline("net", all));
    assertEquals(Optional.empty(), Moves.baseline("blk", all));
  }

  /** What management has of a VM, whatever it is. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-netdev vhost-user,id=n -device virtio-net-pci,host_mtu=9000 | host_mtu=on",
        "<interface type='vhostuser'><model type='virtio'/><mtu size='9000'/></interface>"
            + " | host_mtu=on",
        "{\"return\": {\"name\": \"virtio-net\", \"num-vqs\": 3, \"guest-features\":"
            + " {\"dev-features\": [\"VIRTIO_NET_F_MRG_RXBUF: x\"], \"transports\": []}}}"
            + " | mrg_rxbuf=on"
      })
  void aVmIsTakenAsManagementHasIt(String text, String missing) throws IOException {
    Path vm = Files.writeString(directory.resolve("vm"), text);
    Path poor = write("poor.json", host("csum"));
    MovePlan plan =
        Moves.plan(vm.toString(), Optional.of(poor.toString()), OptionalLong.empty(), host());
    assertTrue(plan.missing().contains(missing), plan::toString);
    assertFalse(plan.possible());
  }

  @Test
  void aNameOfTwoInterfacesIsNoBaseline() {
    Published other = Published.only(host("csum").find("com.acme.v1").orElseThrow());
    assertEquals(Optional.of("com.acme.v1"), Moves.baseline("net", List.of(host("csum"), other)));
    var impostor =
        PublishedJson.parse(
            PublishedJson.print(host("csum", "mrg_rxbuf")).replace("com.acme.v3", "com.acme.v1"));
    Published third = Published.only(impostor.find("com.acme.v1").orElseThrow());
    assertEquals(
        Optional.empty(), Moves.baseline("net", List.of(host("csum", "mrg_rxbuf"), third)));
  }

  @Test
  void whatWouldLetItIsSaid() {
    assertEquals(
        "It cannot move: the destination lacks mrg_rxbuf=on, and the guest uses mrg_rxbuf=on;"
            + " started anew with profile com.acme.v2 it could.",
        plan("com.acme.v3", OptionalLong.of(CSUM | MRG_RXBUF), "csum").sentence());
    assertEquals(
        "It cannot move: the destination lacks device=blk; no profile there would do.",
        plan("device=blk,flush=on", OptionalLong.empty(), "csum").sentence());
  }

  @Test
  void aNameMeansWhatItMeansHereAlsoWhereTheDestinationHasItToo() throws IOException {
    String there = PublishedJson.print(host("csum")).replace("com.acme.v2", "com.acme.v3");
    Path impostor = Files.writeString(directory.resolve("impostor.json"), there);
    assertEquals(
        List.of("mrg_rxbuf=on"),
        Moves.plan(
                "com.acme.v3",
                Optional.of(impostor.toString()),
                OptionalLong.empty(),
                host("csum", "mrg_rxbuf"))
            .missing());
  }

  @Test
  void anUnknownNameIsRefused() {
    assertEquals(
        "profile com.acme.v4 is not known; did you mean com.acme.v1?",
        assertThrows(
                IllegalArgumentException.class,
                () -> plan("com.acme.v4", OptionalLong.empty(), "csum"))
            .getMessage()
            .replaceAll("v[123]", "v1"));
  }

  private Path write(String name, Published published) throws IOException {
    return Files.writeString(directory.resolve(name), PublishedJson.print(published));
  }
}

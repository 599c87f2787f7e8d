package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.virtio.NetFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code docs/net.md} says what the device does. {@code -Dmooring.update=true} writes it anew. */
class NetDocumentTest {

  private static final Class<?> OFFLOADS = SoftwareOffloadTest.class;
  private static final String LARGE = "as they are, or cut in software for who does not take them";
  private static final String SENT = "sent whole; Mooring cuts them where the receiver wants that";
  private static final String CONTROL = "commands are answered at the control queue";
  private static final String ON_OFF = "GuestOffloadsTest";
  private static final String CHANGED = "GuestChangesTest";
  private static final String USO = "DatagramsInOneTest";
  private static final String LEFT_TO_US = "ControlQueueTest";

  /** Who does what a feature promises. */
  private enum Side {
    BACK_END("Mooring"),
    EITHER("the front-end, or Mooring where it is left to it"),
    FRONT_END("the front-end"),
    NOBODY("");

    private final String said;

    Side(String said) {
      this.said = said;
    }
  }

  /**
   * What is done of a feature.
   *
   * @param test that proves it, in this bundle
   * @param peers the acceptance test that proves it with other people's guests or front-ends; empty
   *     where none of those that are tested with has it
   */
  private record Row(String meaning, Side side, Class<?> test, String peers) {

    static Row none(String meaning, Side side) {
      return new Row(meaning, side, null, "");
    }

    String proof() {
      return test == null ? "" : "`%s`".formatted(test.getSimpleName());
    }
  }

  /** The project's directory, wherever the tests are started. */
  private static Path project() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("ARCHITECTURE.md"))) {
      directory = directory.getParent();
    }
    return directory;
  }

  @Test
  void theDocumentIsWhatTheDeviceDoes() throws IOException {
    Path document = project().resolve("docs/net.md");
    if (Boolean.getBoolean("mooring.update")) {
      Files.writeString(document, text());
    }
    assertEquals(
        text(),
        Files.exists(document) ? Files.readString(document) : "",
        () -> document + " is stale: run this test with -Dmooring.update=true");
  }

  @Test
  void theTestsWithPeersAreThere() {
    Path tests = project().resolve("acceptance/src/test/java/io/mooring/acceptance");
    for (NetFeature feature : NetFeature.values()) {
      String name = row(feature).peers;
      assertTrue(
          name.isEmpty() || Files.exists(tests.resolve(name + ".java")),
          () -> feature + ": no test " + name);
    }
  }

  private static String text() {
    var text = new StringBuilder();
    text.append("# What Mooring's net device does\n\n");
    text.append(
        "Written by NetDocumentTest from the tables of the net bundle. Whose a feature is,");
    text.append(" is told for\nfront-ends of today: QEMU and DPDK's virtio-user keep the control");
    text.append(" queue and the configuration space\nto themselves, others leave them to the");
    text.append(" back-end. The last column has the tests with real guests and\nfront-ends.\n\n");
    text.append("| bit | feature | offered | what it means here | whose it is | proved by |");
    text.append(" with peers |\n");
    text.append("| ---: | --- | --- | --- | --- | --- | --- |\n");
    long offered = new NetDeviceType(null).features();
    for (NetFeature feature : NetFeature.values()) {
      Row row = row(feature);
      text.append(
          "| %d | `%s` | %s | %s | %s | %s | %s |\n"
              .formatted(
                  feature.bit(),
                  feature.property(),
                  feature.in(offered) ? "yes" : "no",
                  row.meaning,
                  row.side.said,
                  row.proof(),
                  row.peers.isEmpty() ? "" : "`%s`".formatted(row.peers)));
    }
    text.append("\nWhat becomes of each with either kind of front-end is told in\n");
    text.append("[ARCHITECTURE.md](../ARCHITECTURE.md#the-control-queue). One that keeps the\n");
    text.append("control queue does not tell which hashes its driver wants: then `hash` reports\n");
    text.append("none, and with `rss` frames keep to the queue pair that they were sent by.\n");
    text.append("\nNo front-end of others that is tested with lets its guest have `rss` at a\n");
    text.append("vhost-user back-end: QEMU takes it from the guest, also with `rss=on`, because\n");
    text.append(
        "it steers by a BPF program in the kernel's tap (GuestOffloadsTest sees it gone),\n");
    text.append("and DPDK's virtio-user does not know it. QEMU hands `hash` on, answers the\n");
    text.append("driver's wishes itself, and Mooring's longer header reports no hash. Mooring's\n");
    text.append("own front-end steers, with the control queue left to Mooring.\n");
    return text.toString();
  }

  private static Row row(NetFeature feature) {
    return switch (feature) {
      case CSUM ->
          new Row(
              "checksums are completed where the receiver wants that",
              Side.BACK_END,
              OFFLOADS,
              ON_OFF);
      case GUEST_CSUM ->
          new Row(
              "checksums are left to the receiver, unless it switches that off",
              Side.BACK_END,
              OFFLOADS,
              ON_OFF);
      case GSO ->
          new Row(
              "the legacy bit: all `host_` types but USO",
              Side.BACK_END,
              FrameReaderTest.class,
              ON_OFF);
      case GUEST_TSO4, GUEST_TSO6 ->
          new Row("large TCP packets " + LARGE, Side.BACK_END, OFFLOADS, ON_OFF);
      case GUEST_ECN ->
          new Row(
              "the same with CWR, which only the first segment keeps",
              Side.BACK_END,
              OFFLOADS,
              ON_OFF);
      case GUEST_UFO ->
          new Row(
              "large UDP datagrams as they are, or as IP fragments",
              Side.BACK_END,
              UdpOffloadTest.class,
              ON_OFF);
      case GUEST_USO4, GUEST_USO6 ->
          new Row(
              "many UDP datagrams in one; offered together only",
              Side.BACK_END,
              UdpOffloadTest.class,
              USO);
      case HOST_TSO4, HOST_TSO6, HOST_ECN ->
          new Row("large TCP packets are " + SENT, Side.BACK_END, OFFLOADS, ON_OFF);
      case HOST_UFO ->
          new Row("large UDP packets are " + SENT, Side.BACK_END, UdpOffloadTest.class, ON_OFF);
      case HOST_USO ->
          new Row("large UDP packets are " + SENT, Side.BACK_END, UdpOffloadTest.class, USO);
      case MRG_RXBUF ->
          new Row("frames over several buffers", Side.BACK_END, FrameWriterTest.class, ON_OFF);
      case MTU ->
          new Row(
              "told, and larger frames are dropped and counted",
              Side.EITHER,
              NetMtuTest.class,
              CHANGED);
      case STATUS ->
          new Row("`vhost:link` takes the link away", Side.EITHER, NetControlTest.class, CHANGED);
      case SPEED_DUPLEX ->
          new Row(
              "the port's `speed`, else that it is unknown",
              Side.EITHER,
              NetConfigurationTest.class,
              CHANGED);
      case MQ ->
          new Row(
              "up to 128 pairs; a flow stays in one queue",
              Side.EITHER,
              NetDeviceTest.class,
              CHANGED);
      case CTRL_VQ -> new Row(CONTROL, Side.EITHER, ControlQueueTest.class, LEFT_TO_US);
      case CTRL_RX_EXTRA, CTRL_GUEST_OFFLOADS ->
          new Row(CONTROL, Side.EITHER, ControlQueueTest.class, CHANGED);
      case CTRL_RX, CTRL_MAC_ADDR ->
          new Row(
              "frames that the driver does not want are left out",
              Side.EITHER,
              ReceiveFilterTest.class,
              LEFT_TO_US);
      case CTRL_VLAN ->
          new Row(
              "frames that the driver does not want are left out",
              Side.EITHER,
              ReceiveFilterTest.class,
              CHANGED);
      case GUEST_ANNOUNCE ->
          new Row(
              "an arrived guest is asked, and a RARP sent for it",
              Side.EITHER,
              NetControlTest.class,
              "MigrationTest");
      case RSS ->
          new Row("flows are steered by their hash", Side.EITHER, NetControlTest.class, LEFT_TO_US);
      case HASH_REPORT ->
          new Row("each frame comes with its hash", Side.EITHER, FlowHashTest.class, ON_OFF);
      case MAC ->
          new Row(
              "the address is the front-end's or the driver's to choose",
              Side.FRONT_END,
              null,
              CHANGED);
      case STANDBY -> Row.none("another device stands in during a migration", Side.FRONT_END);
      case DEVICE_STATS, HASH_TUNNEL, VQ_NOTF_COAL, NOTF_COAL, GUEST_HDRLEN, RSC_EXT ->
          Row.none("", Side.NOBODY);
    };
  }
}

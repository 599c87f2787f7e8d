package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

  /** Above the module's directory, wherever the tests are started. */
  private static Path document() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("ARCHITECTURE.md"))) {
      directory = directory.getParent();
    }
    return directory.resolve("docs/net.md");
  }

  @Test
  void theDocumentIsWhatTheDeviceDoes() throws IOException {
    Path document = document();
    if (Boolean.getBoolean("mooring.update")) {
      Files.writeString(document, text());
    }
    assertEquals(
        text(),
        Files.exists(document) ? Files.readString(document) : "",
        () -> document + " is stale: run this test with -Dmooring.update=true");
  }

  private static String text() {
    var text = new StringBuilder();
    text.append("# What Mooring's net device does\n\n");
    text.append("Written by NetDocumentTest from the tables of the net bundle.\n\n");
    text.append("| bit | feature | offered | what it means here | proved by |\n");
    text.append("| ---: | --- | --- | --- | --- |\n");
    long offered = new NetDeviceType(null).features();
    for (NetFeature feature : NetFeature.values()) {
      boolean served = feature.in(offered);
      Row row = row(feature);
      text.append(
          "| %d | `%s` | %s | %s | %s |\n"
              .formatted(
                  feature.bit(),
                  feature.property(),
                  served ? "yes" : "no",
                  row.meaning,
                  served ? row.test.getSimpleName() : ""));
    }
    text.append("\nWhat a front-end that keeps the control queue or the configuration space to\n");
    text.append("itself (QEMU, DPDK's virtio-user) does of this by itself is told in\n");
    text.append("[ARCHITECTURE.md](../ARCHITECTURE.md#the-control-queue). Such a front-end does\n");
    text.append("not tell which hashes its driver wants: then `hash` reports none, and with\n");
    text.append("`rss` frames keep to the queue pair that they were sent by.\n");
    return text.toString();
  }

  /** What is done of a feature, and the test that proves it. */
  private record Row(String meaning, Class<?> test) {}

  private static Row row(NetFeature feature) {
    return switch (feature) {
      case CSUM -> new Row("checksums are completed where the receiver wants that", OFFLOADS);
      case GUEST_CSUM ->
          new Row("checksums are left to the receiver, unless it switches that off", OFFLOADS);
      case GSO -> new Row("the legacy bit: all `host_` types but USO", FrameReaderTest.class);
      case GUEST_TSO4, GUEST_TSO6 -> new Row("large TCP packets " + LARGE, OFFLOADS);
      case GUEST_ECN -> new Row("the same with CWR, which only the first segment keeps", OFFLOADS);
      case GUEST_UFO ->
          new Row("large UDP datagrams as they are, or as IP fragments", UdpOffloadTest.class);
      case GUEST_USO4, GUEST_USO6 ->
          new Row("many UDP datagrams in one, when both are on; else cut", UdpOffloadTest.class);
      case HOST_TSO4, HOST_TSO6, HOST_ECN -> new Row("large TCP packets are " + SENT, OFFLOADS);
      case HOST_UFO, HOST_USO -> new Row("large UDP packets are " + SENT, UdpOffloadTest.class);
      case MRG_RXBUF -> new Row("frames over several buffers", FrameWriterTest.class);
      case MTU -> new Row("told, and larger frames are dropped and counted", NetMtuTest.class);
      case STATUS -> new Row("`vhost:link` takes the link away", NetControlTest.class);
      case SPEED_DUPLEX ->
          new Row("in the configuration space: unknown", NetConfigurationTest.class);
      case MQ -> new Row("up to 128 pairs; a flow stays in one queue", NetDeviceTest.class);
      case CTRL_VQ, CTRL_RX_EXTRA, CTRL_GUEST_OFFLOADS -> new Row(CONTROL, ControlQueueTest.class);
      case CTRL_RX, CTRL_VLAN, CTRL_MAC_ADDR ->
          new Row("frames that the driver does not want are left out", ReceiveFilterTest.class);
      case GUEST_ANNOUNCE ->
          new Row("an arrived guest is asked, and a RARP sent for it", NetControlTest.class);
      case RSS -> new Row("flows are steered by their hash", NetControlTest.class);
      case HASH_REPORT -> new Row("each frame comes with its hash", FlowHashTest.class);
      case MAC -> new Row("the address is the front-end's or the driver's to choose", null);
      case DEVICE_STATS, HASH_TUNNEL, VQ_NOTF_COAL, NOTF_COAL, GUEST_HDRLEN, RSC_EXT, STANDBY ->
          new Row("", null);
    };
  }
}

package io.mooring.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.profile.Profile;
import io.mooring.api.virtio.NetFeature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Profiles as QEMU and libvirt say them. */
class FrontEndsTest {

  private static final Profile DPDK =
      Values.given(
          "any_layout=on,csum=on,ctrl_vq=on,event_idx=on,guest_csum=on,guest_tso4=on,host_mtu=on,"
              + "indirect_desc=on,mq=on,mrg_rxbuf=on,packed=on,version_1=on,"
              + "max_ring=1024,max_queue_pairs=4,mtu=9000");

  @Test
  void qemusPropertiesSayEachFeatureThatItAsksTheBackEndFor() {
    assertEquals(
        "csum=on,guest_csum=on,gso=off,guest_tso4=on,guest_tso6=off,guest_ecn=off,guest_ufo=off,"
            + "guest_announce=off,host_tso4=off,host_tso6=off,host_ecn=off,host_ufo=off,"
            + "mrg_rxbuf=on,any_layout=on,indirect_desc=on,event_idx=on,mq=on,rss=off,hash=off,"
            + "guest_rsc_ext=off,notify_on_empty=off,iommu_platform=off,packed=on,queue_reset=off,"
            + "disable-modern=off,rx_queue_size=1024,tx_queue_size=1024,host_mtu=9000",
        QemuDevice.print(DPDK));
  }

  @Property
  void whatQemuIsToldIsReadBack(@ForAll long features, @ForAll @IntRange(max = 4) int size) {
    long asked = QemuDevice.usual() | NetFeature.MTU.mask() | 1L << 32;
    var profile = new Profile("front-end", "net", features & asked, 64 << size, 1, 1500);
    String device = "-device virtio-net-pci,netdev=n,";
    if (size < 2) {
      assertThrows(IllegalArgumentException.class, () -> QemuDevice.print(profile));
    } else {
      assertEquals(profile, QemuDevice.parse(device + QemuDevice.print(profile)));
    }
  }

  @Test
  void readsACommandLineAsLibvirtWritesIt() {
    Profile profile =
        QemuDevice.parse(
            "qemu-system-x86_64 -netdev {\"type\":\"vhost-user\",\"chardev\":\"c\",\"queues\":4}"
                + " -device {\"driver\":\"virtio-net-pci\",\"mq\":true,\"host_tso4\":false,"
                + "\"rx_queue_size\":512,\"host_mtu\":1400} -nographic");
    assertEquals(4, profile.maxQueuePairs());
    assertEquals(512, profile.maxRing());
    assertEquals(1400, profile.mtu());
    assertTrue(NetFeature.MQ.in(profile.features()));
    assertTrue(!NetFeature.HOST_TSO4.in(profile.features()));
    assertEquals(
        8,
        QemuDevice.parse("-netdev vhost-user,id=n,queues=8 -device virtio-net-pci")
            .maxQueuePairs());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-device e1000 | it has no -device virtio-net",
        "-device virtio-net-pci,csum=maybe | csum=maybe: allowed are on and off",
        "-device virtio-net-pci,rx_queue_size=-1 | rx_queue_size=-1 is no number",
        "-device virtio-net-pci,rx_queue_size=300 | max_ring=300 is not a power of two",
        "-device {\"driver\":\"virtio-net\",\"a\":[]} | its -device is not JSON as QEMU reads it",
      })
  void refusesACommandLineInOneLine(String line, String why) {
    assertEquals(
        why,
        assertThrows(IllegalArgumentException.class, () -> QemuDevice.parse(line)).getMessage());
  }

  /** What libvirt has no elements for comes back as QEMU has it, and ctrl_vq is QEMU's own. */
  @Test
  void libvirtsElementsAreReadBack() {
    String xml = LibvirtInterface.print(DPDK);
    assertEquals(
        """
        <model type='virtio'/>
        <driver queues='4' rx_queue_size='1024' tx_queue_size='1024' event_idx='on' iommu='off' packed='on' rss='off' rss_hash_report='off'>
          <host csum='on' gso='off' tso4='off' tso6='off' ecn='off' ufo='off' mrg_rxbuf='on'/>
          <guest csum='on' tso4='on' tso6='off' ecn='off' ufo='off'/>
        </driver>
        <mtu size='9000'/>
        <!-- libvirt has no elements for these properties of QEMU, qemu:override sets them: \
        guest_announce=off,any_layout=on,indirect_desc=on,guest_rsc_ext=off,notify_on_empty=off,\
        queue_reset=off,disable-modern=off -->
        """,
        xml);
    Profile read = LibvirtInterface.parse(domain(xml));
    assertEquals(List.of("ctrl_vq=off", "guest_announce=on"), Comparison.differences(DPDK, read));
  }

  @Test
  void libvirtsDefaultsAreQemus() {
    assertEquals(
        QemuDevice.parse("-device virtio-net-pci"),
        LibvirtInterface.parse(domain("<model type='virtio'/>")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<domain/> | it has no <interface> of <model type='virtio'/>",
        "<!DOCTYPE a><domain/> | it is no XML: DOCTYPE is disallowed when the feature",
        "<interface><model type='virtio'/><driver queues='x'/></interface> | queues='x' is no"
            + " number",
        "<interface><model type='virtio'/><driver><host csum='1'/></driver></interface> |"
            + " csum='1': allowed are on and off",
      })
  void refusesADomainInOneLine(String xml, String why) {
    String line =
        assertThrows(IllegalArgumentException.class, () -> LibvirtInterface.parse(xml))
            .getMessage();
    assertTrue(line.startsWith(why) && line.indexOf('\n') < 0, line);
  }

  /** Answers of QEMU 7.2, of a Linux guest that runs before a port of ours. */
  private static String qmp() throws IOException {
    try (InputStream answers = FrontEndsTest.class.getResourceAsStream("qmp.json")) {
      return new String(answers.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void whatAGuestUsesIsReadFromQmpsAnswers() throws IOException {
    assertEquals(
        "device=net,csum=on,event_idx=on,guest_announce=on,guest_csum=on,guest_ecn=on,"
            + "guest_tso4=on,guest_tso6=on,guest_ufo=on,host_ecn=on,host_tso4=on,host_tso6=on,"
            + "host_ufo=on,indirect_desc=on,mrg_rxbuf=on,queue_reset=on,version_1=on,"
            + "max_ring=256,max_queue_pairs=1,mtu=1500,unmet=guest_announce",
        Values.print(QmpStatus.parse(qmp())));
    assertEquals(1024, QmpStatus.parse(qmp() + "{\"return\": {\"vring-num\": 1024}}").maxRing());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'return': {}} | it has no status of a virtio-net device",
        "{'guest-features': {}, 'name': 'virtio-blk'} | it has no status of a virtio-net device",
        "{'guest-features': {'dev-features': ['VIRTIO_X: y']}, 'name': 'virtio-net', 'num-vqs': 2}"
            + " | VIRTIO_X is no feature of virtio-net",
        "{'guest-features': {}, 'name': 'virtio-net', 'num-vqs': 'x'} | it is not JSON as QMP"
            + " answers",
        "{'guest-features': [ | it is not JSON as QMP answers",
      })
  void refusesQmpsAnswersInOneLine(String lines, String why) {
    String said = lines.replace('\'', '"');
    assertEquals(
        why,
        assertThrows(IllegalArgumentException.class, () -> QmpStatus.parse(said)).getMessage());
  }

  @Test
  void filesAreKnownByWhatTheyHold() throws IOException {
    Path file = Files.createTempFile("mooring", ".description");
    try {
      for (String text :
          List.of(
              domain("<model type='virtio'/>"),
              "qemu -device virtio-net-pci",
              qmp(),
              ProfileText.print(DPDK.withName("com.acme.v1"), "test"))) {
        Files.writeString(file, text);
        assertTrue(NetFeature.MRG_RXBUF.in(describe(file).profile().features()), text);
      }
      assertEquals(DPDK.withName("com.acme.v1"), describe(file).profile());
      Files.writeString(file, "nonsense");
      assertEquals(
          file + ": line 1: nonsense is none of aliases, name, source, values",
          assertThrows(IllegalArgumentException.class, () -> describe(file)).getMessage());
    } finally {
      Files.delete(file);
    }
  }

  private static io.mooring.api.profile.ProfileState describe(Path file) {
    return Description.of(file.toString(), name -> null);
  }

  private static String domain(String elements) {
    return "<domain><devices><interface type='vhostuser'>%s</interface></devices></domain>"
        .formatted(elements);
  }
}

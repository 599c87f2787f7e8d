package io.mooring.profile;

import io.mooring.api.profile.Profile;
import io.mooring.api.virtio.Feature;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.io.IOException;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** A profile as the elements of a libvirt domain's interface, and the reverse. */
final class LibvirtInterface {

  private static final Map<String, Feature> HOST =
      table(
          Map.entry("csum", NetFeature.CSUM),
          Map.entry("gso", NetFeature.GSO),
          Map.entry("tso4", NetFeature.HOST_TSO4),
          Map.entry("tso6", NetFeature.HOST_TSO6),
          Map.entry("ecn", NetFeature.HOST_ECN),
          Map.entry("ufo", NetFeature.HOST_UFO),
          Map.entry("mrg_rxbuf", NetFeature.MRG_RXBUF));

  private static final Map<String, Feature> GUEST =
      table(
          Map.entry("csum", NetFeature.GUEST_CSUM),
          Map.entry("tso4", NetFeature.GUEST_TSO4),
          Map.entry("tso6", NetFeature.GUEST_TSO6),
          Map.entry("ecn", NetFeature.GUEST_ECN),
          Map.entry("ufo", NetFeature.GUEST_UFO));

  private static final Map<String, Feature> DRIVER =
      table(
          Map.entry("event_idx", RingFeature.EVENT_IDX),
          Map.entry("iommu", RingFeature.ACCESS_PLATFORM),
          Map.entry("packed", RingFeature.RING_PACKED),
          Map.entry("rss", NetFeature.RSS),
          Map.entry("rss_hash_report", NetFeature.HASH_REPORT));

  /** QEMU's properties that are other elements here, or none of the interface's. */
  private static final java.util.Set<String> ELSEWHERE =
      java.util.Set.of("mq", "rx_queue_size", "tx_queue_size", "host_mtu");

  private LibvirtInterface() {}

  @SafeVarargs
  private static Map<String, Feature> table(Map.Entry<String, Feature>... entries) {
    var table = new LinkedHashMap<String, Feature>();
    for (var entry : entries) {
      table.put(entry.getKey(), entry.getValue());
    }
    return table;
  }

  /** The elements, with a comment that names what libvirt has none for. */
  static String print(Profile profile) {
    Map<String, String> rest = QemuDevice.properties(profile);
    rest.keySet().removeAll(ELSEWHERE);
    for (Map<String, Feature> table : java.util.List.of(HOST, GUEST, DRIVER)) {
      table.values().forEach(feature -> rest.remove(feature.property()));
    }
    int ring = QemuDevice.ring(profile);
    int pairs = NetFeature.MQ.in(profile.features()) ? profile.maxQueuePairs() : 1;
    String mtu =
        NetFeature.MTU.in(profile.features()) ? "<mtu size='%d'/>\n".formatted(profile.mtu()) : "";
    String others =
        rest.entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue())
            .collect(Collectors.joining(","));
    return """
    <model type='virtio'/>
    <driver queues='%d' rx_queue_size='%d' tx_queue_size='%d'%s>
      <host%s/>
      <guest%s/>
    </driver>
    %s<!-- libvirt has no elements for these properties of QEMU, qemu:override sets them: %s -->
    """
        .formatted(
            pairs,
            ring,
            ring,
            attributes(DRIVER, profile),
            attributes(HOST, profile),
            attributes(GUEST, profile),
            mtu,
            others);
  }

  private static String attributes(Map<String, Feature> table, Profile profile) {
    return table.entrySet().stream()
        .map(
            each -> " %s='%s'".formatted(each.getKey(), QemuDevice.onOff(each.getValue(), profile)))
        .collect(Collectors.joining());
  }

  /**
   * The interface that a domain lets through to its first virtio network device; what it does not
   * say is as QEMU has it.
   *
   * @throws IllegalArgumentException when the text is no such domain
   */
  static Profile parse(String xml) {
    Element device = device(xml);
    Element driver = child(device, "driver");
    long features = QemuDevice.usual() | RingFeature.VERSION_1.mask();
    features = apply(features, DRIVER, driver);
    features = apply(features, HOST, child(driver, "host"));
    features = apply(features, GUEST, child(driver, "guest"));
    int pairs = number(driver, "queues", 1);
    features |= pairs > 1 ? NetFeature.MQ.mask() : 0;
    int mtu = number(child(device, "mtu"), "size", 0);
    features |= mtu > 0 ? NetFeature.MTU.mask() : 0;
    int ring =
        Math.max(
            number(driver, "rx_queue_size", QemuDevice.LEAST_RING),
            number(driver, "tx_queue_size", QemuDevice.LEAST_RING));
    return QemuDevice.frontEnd(features, ring, pairs, mtu);
  }

  private static Element device(String xml) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      // A domain has no need of a document type, and one could read our files or never end.
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      NodeList interfaces =
          builder.parse(new InputSource(new StringReader(xml))).getElementsByTagName("interface");
      for (int i = 0; i < interfaces.getLength(); i++) {
        Element device = (Element) interfaces.item(i);
        Element model = child(device, "model");
        if (model != null && model.getAttribute("type").startsWith("virtio")) {
          return device;
        }
      }
      throw new IllegalArgumentException("it has no <interface> of <model type='virtio'/>");
    } catch (SAXException | IOException wrong) {
      throw new IllegalArgumentException("it is no XML: " + Text.shown(wrong.getMessage()), wrong);
    } catch (ParserConfigurationException lacking) {
      throw new IllegalStateException(lacking);
    }
  }

  private static Element child(Element parent, String name) {
    if (parent == null) {
      return null;
    }
    NodeList found = parent.getElementsByTagName(name);
    return found.getLength() == 0 ? null : (Element) found.item(0);
  }

  private static long apply(long features, Map<String, Feature> table, Element element) {
    long result = features;
    for (var each : table.entrySet()) {
      String value = element == null ? "" : element.getAttribute(each.getKey());
      switch (value) {
        case "on" -> result |= each.getValue().mask();
        case "off" -> result &= ~each.getValue().mask();
        case "" -> {
          // As QEMU has it.
        }
        default ->
            throw new IllegalArgumentException(
                "%s='%s': allowed are on and off".formatted(each.getKey(), Text.shown(value)));
      }
    }
    return result;
  }

  private static int number(Element element, String attribute, int otherwise) {
    String text = element == null ? "" : element.getAttribute(attribute);
    if (text.isEmpty()) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException(
          "%s='%s' is no number".formatted(attribute, Text.shown(text)));
    }
    return Integer.parseInt(text);
  }
}

package io.mooring.acceptance.rig;

import com.google.gson.JsonObject;
import io.mooring.acceptance.rig.Peers.Peer;
import io.mooring.api.virtio.Feature;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A Linux guest in QEMU. It runs shell commands. One thread uses it. */
public final class Guest implements AutoCloseable {

  private static final Duration BOOT_LIMIT = Duration.ofMinutes(2);

  private final List<NetworkCard> cards;
  private final Map<NetworkCard, String> names = new HashMap<>();
  private final Qemu qemu;
  private final GuestShell shell;

  /** How a command in the guest ended. */
  public record Answer(int status, String text) {}

  /**
   * How a live migration went.
   *
   * @param status QEMU's word for it: {@code completed} or {@code failed}
   * @param downtimeMillis how long the guest stood still, as the source's QEMU says
   * @param downtimeBytes of its memory that were sent meanwhile
   */
  public record Move(String status, long downtimeMillis, long downtimeBytes) {}

  private Guest(List<NetworkCard> cards, List<Peer> tools, String... more) {
    this.cards = cards;
    qemu = Qemu.start("guest " + cards.getFirst().number(), cards, tools, List.of(more));
    shell = new GuestShell(qemu.console());
  }

  /** Starts to boot; several guests may do so at once. */
  public static Guest start(NetworkCard card) {
    return new Guest(List.of(card), List.of());
  }

  /**
   * Starts to boot a guest with cards of many kinds, {@code ethtool}, and a server for UDP as well.
   */
  public static Guest equipped(List<NetworkCard> cards) {
    Peers.require(Peer.ETHTOOL, Peer.DNSMASQ);
    return new Guest(List.copyOf(cards), List.of(Peer.ETHTOOL, Peer.DNSMASQ));
  }

  /** Starts to boot a guest that is a bridge between its networks. */
  public static Guest bridge(List<NetworkCard> cards) {
    return new Guest(cards, List.of());
  }

  /** Starts to boot a guest whose card DPDK may take from its kernel: {@link GuestDpdk}. */
  public static Guest withDpdk(NetworkCard card) {
    Peers.require(Peer.DPDK);
    return new Guest(List.of(card), List.of(Peer.DPDK));
  }

  /** Starts a QEMU that waits for a guest of the same making to come from elsewhere. */
  public static Guest expect(NetworkCard card) {
    return new Guest(List.of(card), List.of(), "-incoming", "defer");
  }

  /** Waits until the guest is up and has its addresses. */
  public Guest awaitUp() {
    awaitBoot();
    must("ifconfig lo 127.0.0.1 up");
    cards.forEach(this::moor);
    must("mkdir /www && httpd -h /www");
    return this;
  }

  /** Waits until the driver has a card, and gives it its addresses. */
  public void moor(NetworkCard card) {
    String name = must("moor %s %s %s".formatted(card.mac(), card.ipv4(), card.ipv6()));
    names.put(card, name.strip());
  }

  /** The guest's name of a card: {@code eth0}. */
  public String name(NetworkCard card) {
    return names.get(card);
  }

  /** Asks for the addresses of others behind a card anew. */
  public void forgetNeighbours(int card) {
    must("ip neigh flush dev " + name(cards.get(card)));
  }

  /** Whether the driver of a card and the device agreed on a feature. */
  public boolean negotiated(NetworkCard card, Feature feature) {
    String bits = must("cat /sys/class/net/%s/device/features".formatted(name(card)));
    return bits.charAt(feature.bit()) == '1';
  }

  /**
   * Whether its kernel gives devices other addresses than its own, each for as long as it needs.
   */
  public boolean remaps() {
    return must("cat /sys/kernel/iommu_groups/*/type 2>/dev/null || true").contains("DMA");
  }

  private void awaitBoot() {
    try {
      qemu.console().await("it was up", BOOT_LIMIT, text -> text.endsWith("ready\n"));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + qemu.logs(), e);
    }
  }

  /** Makes the bridge, which has the first card's address. */
  public Guest awaitBridging() {
    awaitBoot();
    must("brctl addbr br0");
    must(
        "for i in /sys/class/net/eth*; do"
            + " brctl addif br0 ${i##*/} && ifconfig ${i##*/} 0.0.0.0 up || exit 1; done");
    must("ifconfig br0 %s netmask 255.255.255.0 up".formatted(address()));
    must("mkdir /www && httpd -h /www");
    return this;
  }

  /** Live-migrates the guest to a QEMU that expects it, and waits for the end of that. */
  public Move moveTo(Guest destination) {
    return Migration.run(qemu, destination.qemu);
  }

  /** The same, and most memory follows when the guest already runs at its new place. */
  public Move moveByPostCopyTo(Guest destination) {
    return Migration.postCopy(qemu, destination.qemu);
  }

  /** Begins to send the guest's memory to nowhere, slowly. */
  public void beginToLeave() {
    Migration.toNowhere(qemu);
  }

  /** Takes {@link #beginToLeave} back. */
  public void stay() {
    Migration.cancel(qemu);
  }

  /** Resets the machine, as by its button, and waits until the guest is up again. */
  public void reset() {
    try (Monitor monitor = qemu.monitor()) {
      reboots(monitor);
      monitor.execute("system_reset", new JsonObject());
    }
    awaitUp();
  }

  /** The guest reboots by itself; waits until it is up again. */
  public void reboot() {
    try (Monitor monitor = qemu.monitor()) {
      reboots(monitor);
    }
    qemu.console().tell("last reboot -f");
    awaitUp();
  }

  /** Otherwise a reset ends QEMU, so that a guest that crashes while it boots does so once. */
  private static void reboots(Monitor monitor) {
    var action = new JsonObject();
    action.addProperty("reboot", "reset");
    monitor.execute("set-action", action);
  }

  /** QEMU pulls a card's cable, or puts it back. */
  public void link(NetworkCard card, boolean up) {
    var which = new JsonObject();
    which.addProperty("name", card.id());
    which.addProperty("up", up);
    try (Monitor monitor = qemu.monitor()) {
      monitor.execute("set_link", which);
    }
  }

  /** What QEMU itself complained of. */
  public String complaints() {
    return qemu.complaints();
  }

  /** Its first network card. */
  public NetworkCard card() {
    return cards.getFirst();
  }

  /** Its network cards. */
  public List<NetworkCard> cards() {
    return cards;
  }

  /** Its first card's IPv4 address. */
  public String address() {
    return card().ipv4();
  }

  /** QEMU's process id. */
  public long pid() {
    return qemu.pid();
  }

  /** Runs a shell command line in the guest. */
  public Answer run(String line) {
    return shell.run(line);
  }

  /** What programs in it are started and ended by. */
  GuestShell shell() {
    return shell;
  }

  /** Runs a shell command line that must succeed; returns what it printed. */
  public String must(String line) {
    Answer answer = run(line);
    if (answer.status() != 0) {
      throw new AssertionError(
          "guest %d: '%s' ended with status %d: %s%s"
              .formatted(card().number(), line, answer.status(), answer.text(), qemu.logs()));
    }
    return answer.text();
  }

  /** Makes a file of noise and offers it by HTTP; returns its checksum. */
  public String serve(int mebibytes) {
    return serveKibibytes(mebibytes * 1024);
  }

  /** The same for a smaller file. */
  public String serveKibibytes(int kibibytes) {
    must("dd if=/dev/urandom of=/www/f bs=1k count=%d 2>/dev/null".formatted(kibibytes));
    return must("sha256sum < /www/f");
  }

  /** Offers by TFTP, too, what {@link #serve} made; for {@link #equipped} guests. */
  public void serveByUdp() {
    must(
        "dnsmasq -C /dev/null -x /tmp/tftp.pid -p 0 -u root -g root --enable-tftp"
            + " --tftp-root=/www");
  }

  /** Fetches what another guest serves, over IPv4; returns its checksum. */
  public String fetch(Guest server) {
    return fetch(server.card());
  }

  /** The same at one of its cards. */
  public String fetch(NetworkCard server) {
    return fetch(server.ipv4());
  }

  /** The same over IPv6. */
  public String fetchByIpv6(Guest server) {
    return fetch("[" + server.card().ipv6() + "]");
  }

  private String fetch(String host) {
    return must("timeout 40 wget -q -O /tmp/f http://%s/f && sha256sum < /tmp/f".formatted(host));
  }

  /**
   * Fetches what an {@link #equipped} guest serves at one of its cards, in every way.
   *
   * @return the checksums by the ways' names
   */
  public Map<String, String> fetchEachWay(NetworkCard server) {
    var sums = new LinkedHashMap<String, String>();
    sums.put("TCP over IPv4", fetch(server.ipv4()));
    sums.put("TCP over IPv6", fetch("[" + server.ipv6() + "]"));
    sums.put("UDP over IPv4", fetchByUdp(server.ipv4()));
    sums.put("UDP over IPv6", fetchByUdp(server.ipv6()));
    return sums;
  }

  private String fetchByUdp(String host) {
    return must(
        "timeout 40 tftp -b 1400 -g -r f -l /tmp/f %s && sha256sum < /tmp/f".formatted(host));
  }

  /** Ends QEMU as a crash would, and waits until it is gone. */
  @Override
  public void close() {
    qemu.close();
  }
}

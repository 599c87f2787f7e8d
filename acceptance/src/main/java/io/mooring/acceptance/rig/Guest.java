package io.mooring.acceptance.rig;

import io.mooring.acceptance.rig.Peers.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Linux guest in QEMU, without KVM. It runs shell commands. One thread uses it. */
public final class Guest implements AutoCloseable {

  private static final Duration BOOT_LIMIT = Duration.ofMinutes(2);
  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(60);

  /**
   * Not whole times 256 KiB: QEMU before 9.0 loses stores of an emulated processor during a
   * migration when memory is, since it then forgets to look for them again.
   */
  private static final String MEMORY = (192 * 1024 + 8) + "k";

  private final NetworkCard card;
  private final Scratch scratch;
  private final Process qemu;
  private final Console console;
  private int commands;
  private boolean closed;

  /** How a command in the guest ended. */
  public record Answer(int status, String text) {}

  private Guest(NetworkCard card, Scratch scratch, Process qemu) {
    this.card = card;
    this.scratch = scratch;
    this.qemu = qemu;
    console = new Console("guest " + card.number(), qemu);
  }

  /**
   * How a live migration went.
   *
   * @param status QEMU's word for it: {@code completed} or {@code failed}
   * @param downtimeMillis how long the guest stood still, as the source's QEMU says
   */
  public record Move(String status, long downtimeMillis) {}

  /** Starts to boot; several guests may do so at once. */
  public static Guest start(NetworkCard card) {
    return run(List.of(card), List.of());
  }

  /** Starts to boot a guest that is a bridge between its networks. */
  public static Guest bridge(List<NetworkCard> cards) {
    return run(cards, List.of());
  }

  /** Starts a QEMU that waits for a guest of the same making to come from elsewhere. */
  public static Guest expect(NetworkCard card) {
    return run(List.of(card), List.of("-incoming", "defer"));
  }

  private static Guest run(List<NetworkCard> cards, List<String> more) {
    NetworkCard card = cards.getFirst();
    Peers.require(Peer.QEMU, Peer.KERNEL, Peer.BUSYBOX);
    Scratch scratch = Scratch.make();
    Path image = scratch.file("image");
    GuestImage.write(image);
    List<String> command = new ArrayList<>(List.of("qemu-system-x86_64"));
    command.addAll(machine(card, scratch.file("boot.log"), image));
    cards.forEach(each -> command.addAll(each.qemuArguments()));
    command.addAll(List.of("-qmp", "unix:%s,server=on,wait=off".formatted(scratch.file("qmp"))));
    command.addAll(more);
    try {
      Process qemu =
          new ProcessBuilder(command).redirectError(scratch.file("qemu.log").toFile()).start();
      return new Guest(card, scratch, qemu);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> machine(NetworkCard card, Path log, Path image) {
    return List.of(
        "-machine",
        "q35,memory-backend=ram",
        "-accel",
        "tcg",
        "-cpu",
        "max",
        "-smp",
        Integer.toString(card.queuePairs()),
        "-m",
        MEMORY,
        "-object",
        "memory-backend-memfd,id=ram,share=on,size=" + MEMORY,
        "-nodefaults",
        "-no-reboot",
        "-display",
        "none",
        "-serial",
        "file:" + log,
        "-serial",
        "stdio",
        "-kernel",
        Peers.kernel().toString(),
        "-initrd",
        image.toString(),
        "-append",
        "console=ttyS0 quiet panic=1");
  }

  /** Waits until the guest is up and has its addresses. */
  public Guest awaitUp() {
    awaitBoot();
    must("ifconfig lo 127.0.0.1 up");
    // An address can be used at once when nobody is asked whether it is taken.
    must("echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad");
    must("echo 0 > /proc/sys/net/ipv6/conf/eth0/accept_dad");
    must("ifconfig eth0 %s netmask 255.255.255.0 up".formatted(card.ipv4()));
    must("ifconfig eth0 add %s/64".formatted(card.ipv6()));
    must("mkdir /www && httpd -h /www");
    return this;
  }

  private void awaitBoot() {
    try {
      console.await("it was up", BOOT_LIMIT, text -> text.endsWith("ready\n"));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + logs(), e);
    }
  }

  /** Makes the bridge, which has the first card's address. */
  public Guest awaitBridging() {
    awaitBoot();
    must("brctl addbr br0");
    must(
        "for i in /sys/class/net/eth*; do"
            + " brctl addif br0 ${i##*/} && ifconfig ${i##*/} 0.0.0.0 up || exit 1; done");
    must("ifconfig br0 %s netmask 255.255.255.0 up".formatted(card.ipv4()));
    must("mkdir /www && httpd -h /www");
    return this;
  }

  /** Live-migrates the guest to a QEMU that expects it, and waits for the end of that. */
  public Move moveTo(Guest destination) {
    try {
      return Migration.run(scratch, destination.scratch);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + logs() + destination.logs(), e);
    }
  }

  /** The same, and most memory follows when the guest already runs at its new place. */
  public Move moveByPostCopyTo(Guest destination) {
    return Migration.postCopy(scratch, destination.scratch);
  }

  /** Begins to send the guest's memory to nowhere, slowly. */
  public void beginToLeave() {
    Migration.toNowhere(scratch);
  }

  /** Takes {@link #beginToLeave} back. */
  public void stay() {
    Migration.cancel(scratch);
  }

  /** What QEMU itself complained of. */
  public String complaints() {
    try {
      return Files.readString(scratch.file("qemu.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String logs() {
    StringBuilder logs = new StringBuilder();
    for (String log : List.of("qemu.log", "boot.log")) {
      try {
        logs.append("\n--- ").append(log).append('\n').append(Files.readString(scratch.file(log)));
      } catch (IOException e) {
        logs.append(e.getMessage());
      }
    }
    return logs.toString();
  }

  /** Its network card. */
  public NetworkCard card() {
    return card;
  }

  /** Its IPv4 address. */
  public String address() {
    return card.ipv4();
  }

  /** QEMU's process id. */
  public long pid() {
    return qemu.pid();
  }

  /** Runs a shell command line in the guest. */
  public Answer run(String line) {
    String word = "answer-" + ++commands;
    String text =
        console.ask(
            word + " " + line, COMMAND_LIMIT, got -> got.matches("(?s).*" + word + " [0-9]+\n"));
    int end = text.lastIndexOf(word);
    int status = Integer.parseInt(text.substring(end + word.length()).strip());
    return new Answer(status, text.substring(0, end));
  }

  /** Runs a shell command line that must succeed; returns what it printed. */
  public String must(String line) {
    Answer answer = run(line);
    if (answer.status() != 0) {
      throw new AssertionError(
          "guest %d: '%s' ended with status %d: %s%s"
              .formatted(card.number(), line, answer.status(), answer.text(), logs()));
    }
    return answer.text();
  }

  /** Makes a file of noise and offers it by HTTP; returns its checksum. */
  public String serve(int mebibytes) {
    must("dd if=/dev/urandom of=/www/f bs=1M count=%d 2>/dev/null".formatted(mebibytes));
    return must("sha256sum < /www/f");
  }

  /** Fetches what another guest serves, over IPv4; returns its checksum. */
  public String fetch(Guest server) {
    return fetch(server.card.ipv4());
  }

  /** The same over IPv6. */
  public String fetchByIpv6(Guest server) {
    return fetch("[" + server.card.ipv6() + "]");
  }

  private String fetch(String host) {
    must("timeout 40 wget -q -O /tmp/f http://%s/f".formatted(host));
    return must("sha256sum < /tmp/f");
  }

  /** Ends QEMU as a crash would, and waits until it is gone. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    qemu.destroyForcibly();
    try {
      if (!qemu.waitFor(10, TimeUnit.SECONDS)) {
        throw new AssertionError("guest %d: QEMU does not die".formatted(card.number()));
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    scratch.close();
  }
}

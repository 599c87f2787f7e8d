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

/** A running QEMU, without KVM, and its files. Its guest's second serial port is the console. */
final class Qemu implements AutoCloseable {

  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  /**
   * Not whole times 256 KiB: QEMU before 9.0 loses stores of an emulated processor during a
   * migration when memory is, since it then forgets to look for them again.
   */
  private static final int MEMORY_KIB = 192 * 1024 + 8;

  /** A ring full of buffers for packets of 64 KiB, as a driver has without MRG_RXBUF. */
  private static final int CARD_KIB = 18 * 1024;

  private static final String IOMMU = "intel-iommu,intremap=off,caching-mode=on,device-iotlb=on";

  private final String name;
  private final Scratch scratch;
  private final Process process;
  private final Console console;
  private boolean closed;

  private Qemu(String name, Scratch scratch, Process process) {
    this.name = name;
    this.scratch = scratch;
    this.process = process;
    console = new Console(name, process);
  }

  /**
   * Starts a machine with some network cards.
   *
   * @param tools programs that the guest has beside busybox
   * @param more arguments of QEMU
   */
  static Qemu start(String name, List<NetworkCard> cards, List<Peer> tools, List<String> more) {
    Peers.require(Peer.QEMU, Peer.KERNEL, Peer.BUSYBOX);
    Scratch scratch = Scratch.make();
    Path image = scratch.file("image");
    GuestImage.write(image, tools);
    List<String> command = new ArrayList<>(List.of("qemu-system-x86_64"));
    command.addAll(machine(cards, scratch.file("boot.log"), image));
    if (cards.stream().anyMatch(NetworkCard::needsIommu)) {
      // Before what is behind it.
      command.addAll(List.of("-device", IOMMU));
    }
    command.addAll(more);
    cards.forEach(each -> command.addAll(each.qemuArguments()));
    command.addAll(List.of("-qmp", "unix:%s,server=on,wait=off".formatted(scratch.file("qmp"))));
    try {
      Process qemu =
          new ProcessBuilder(command).redirectError(scratch.file("qemu.log").toFile()).start();
      return new Qemu(name, scratch, qemu);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> machine(List<NetworkCard> cards, Path log, Path image) {
    String memory = MEMORY_KIB + (cards.size() - 1) * CARD_KIB + "k";
    int processors = cards.stream().mapToInt(NetworkCard::queuePairs).max().orElse(1);
    return List.of(
        "-machine",
        "q35,memory-backend=ram",
        "-accel",
        "tcg",
        "-cpu",
        "max",
        "-smp",
        Integer.toString(processors),
        "-m",
        memory,
        "-object",
        "memory-backend-memfd,id=ram,share=on,size=" + memory,
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
        // An emulated timer on a busy machine is not a broken one.
        "console=ttyS0 quiet panic=1 no_timer_check");
  }

  /** What the guest's shell is told, and what it says. */
  Console console() {
    return console;
  }

  /** Connects to its machine protocol. */
  Monitor monitor() {
    return Monitor.connect(scratch.file("qmp"));
  }

  /** Where a guest that comes from elsewhere is taken. */
  String migrationUri() {
    return "unix:" + scratch.file("migration");
  }

  /** What QEMU itself complained of. */
  String complaints() {
    try {
      return Files.readString(scratch.file("qemu.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that may tell why a guest does not do what it is to do. */
  String logs() {
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

  long pid() {
    return process.pid();
  }

  /** Ends it as a crash would, and waits until it is gone. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    process.destroyForcibly();
    try {
      if (!process.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError(name + ": QEMU does not die");
      }
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted", e);
    }
    scratch.close();
  }
}

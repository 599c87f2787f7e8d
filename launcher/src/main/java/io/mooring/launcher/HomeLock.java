package io.mooring.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * One instance a home: a locked file in {@code data/} that holds the owner's process id. The file
 * stays, and its owner opens it only once: the lock would go with any other descriptor that it
 * closes.
 */
final class HomeLock implements AutoCloseable {

  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  /** The process id of who took it last; empty when nobody ever did. */
  static String holder(Home home) {
    try {
      return Files.readString(file(home));
    } catch (IOException _) {
      return "";
    }
  }

  private static Path file(Home home) {
    return home.data().resolve("lock");
  }

  /** Waits for who has it to end, at most so long. */
  static HomeLock await(Home home, Duration patience) throws Refusal, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return take(home);
      } catch (Refusal taken) {
        if (System.nanoTime() > end) {
          throw taken;
        }
        Thread.sleep(5);
      }
    }
  }

  static HomeLock take(Home home) throws Refusal {
    Path file = file(home);
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw Refusal.failed("home %s is in use by %s".formatted(home.root(), owner(file)));
      }
      channel.truncate(0);
      String pid = Long.toString(ProcessHandle.current().pid());
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
      return new HomeLock(channel);
    } catch (IOException exception) {
      throw Refusal.failed("home %s: %s".formatted(home.root(), Reason.of(exception)));
    }
  }

  /** One that has only just taken the lock has not said who it is. */
  private static String owner(Path file) throws IOException {
    String pid = Files.readString(file);
    return pid.isEmpty() ? "another process" : "process " + pid;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException _) {
      // The lock itself goes with the process.
    }
  }
}

package io.mooring.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One instance a home: a locked file in {@code run/} that holds the owner's process id. */
final class HomeLock implements AutoCloseable {

  private final Path file;
  private final FileChannel channel;

  private HomeLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  static HomeLock take(Home home) throws Refusal {
    Path file = home.run().resolve("lock");
    try {
      while (true) {
        FileChannel channel =
            FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        String pid = Long.toString(ProcessHandle.current().pid());
        if (lock == null) {
          channel.close();
          throw Refusal.failed(
              "home %s is in use by process %s".formatted(home.root(), read(file)));
        }
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)), 0);
        // The owner before us may have unlinked the file between our open and our lock.
        if (read(file).equals(pid)) {
          return new HomeLock(file, channel);
        }
        channel.close();
      }
    } catch (IOException exception) {
      throw Refusal.failed("home %s: %s".formatted(home.root(), Reason.of(exception)));
    }
  }

  private static String read(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file).strip() : "";
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
      channel.close();
    } catch (IOException _) {
      // The lock itself goes with the process.
    }
  }
}

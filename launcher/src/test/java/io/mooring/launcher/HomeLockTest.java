package io.mooring.launcher;

import static io.mooring.launcher.Refusals.assertFailed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One instance a home. */
@Timeout(60)
class HomeLockTest {

  @TempDir private Path directory;
  private Home home;
  private Path file;

  @BeforeEach
  void prepare() throws Refusal {
    home = new Home(directory, directory.resolve("run"));
    home.prepare();
    file = home.data().resolve("lock");
  }

  /** Another instance, as far as the lock can tell. */
  static final class Other implements AutoCloseable {

    private static final String LOCKED = "locked";

    private final Process process;

    /**
     * @param says whether it has come as far as saying who it is
     */
    Other(Home home, boolean says) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Other.class.getName(),
                  home.root().toString(),
                  Boolean.toString(says))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      assertEquals(LOCKED, process.inputReader().readLine());
    }

    long pid() {
      return process.pid();
    }

    /** Locks, and waits for the end of its standard input. */
    static void main(String[] arguments) throws Exception {
      Path root = Path.of(arguments[0]);
      var home = new Home(root, root.resolve("run"));
      try (var _ = Boolean.parseBoolean(arguments[1]) ? HomeLock.take(home) : bare(home)) {
        System.out.println(LOCKED);
        System.in.readAllBytes();
      }
    }

    private static FileChannel bare(Home home) throws IOException {
      FileChannel channel =
          FileChannel.open(
              home.data().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.lock();
      return channel;
    }

    /** Ends as a crash does. */
    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }

  @Test
  void theOwnerIsNamedInTheFileWhichStays() throws IOException, Refusal {
    String self = Long.toString(ProcessHandle.current().pid());
    for (int start = 0; start < 2; start++) {
      try (HomeLock lock = HomeLock.take(home)) {
        assertEquals(self, Files.readString(file), lock::toString);
      }
      assertEquals(self, Files.readString(file));
    }
  }

  @Test
  void aSecondInstanceIsRefusedUntilTheFirstHasGone() throws IOException, Refusal {
    try (Other other = new Other(home, true)) {
      String refusal = "home %s is in use by process %d".formatted(home.root(), other.pid());
      assertFailed(refusal, () -> HomeLock.take(home));
      // A refused one has not taken the lock away from the owner.
      assertFailed(refusal, () -> HomeLock.take(home));
      assertEquals(Long.toString(other.pid()), Files.readString(file));
    }
    HomeLock.take(home).close();
  }

  @Test
  void anOwnerThatHasOnlyJustStartedIsNotNamed() throws IOException {
    try (Other other = new Other(home, false)) {
      assertFailed(
          "home %s is in use by another process".formatted(home.root()), () -> HomeLock.take(home));
      assertTrue(other.process.isAlive());
    }
  }

  @Test
  void whatAnEarlierOwnerWroteIsGone() throws IOException, Refusal {
    char[] digits = new char[40];
    Arrays.fill(digits, '9');
    Files.writeString(file, new String(digits));
    HomeLock.take(home).close();
    assertEquals(Long.toString(ProcessHandle.current().pid()), Files.readString(file));
  }

  @Test
  void aFileThatCannotBeIsNamed() throws IOException {
    Files.createDirectory(file);
    assertFailed(
        "home %s: %s: Is a directory".formatted(home.root(), file), () -> HomeLock.take(home));
    Files.delete(file);
    Files.delete(home.data());
    assertFailed(
        "home %s: %s: no such file or directory".formatted(home.root(), file),
        () -> HomeLock.take(home));
  }
}

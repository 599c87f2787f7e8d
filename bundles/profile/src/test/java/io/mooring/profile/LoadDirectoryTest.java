package io.mooring.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadDirectoryTest {

  /** A second is promised; other programs run here too. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

  @TempDir Path home;

  private Path load;
  private Registry registry;
  private LoadDirectory directory;

  @BeforeEach
  void start() throws IOException {
    load = Files.createDirectories(home.resolve("load"));
    registry =
        new Registry(
            new Ledger(home.resolve("ledger")),
            new Pins(home.resolve("pins")),
            HashMap::new,
            () -> {});
    registry.host(Texts.host("csum", "gso"));
    Files.write(load.resolve("early.profile"), Texts.bytes("com.acme.v1", "", "csum"));
    directory = new LoadDirectory(load, registry);
  }

  @AfterEach
  void stop() throws IOException {
    directory.close();
  }

  @Test
  void knowsAtOnceWhatIsThere() {
    assertTrue(registry.view().find("com.acme.v1").isPresent());
  }

  @Test
  void followsFilesWhateverTheirNames() throws IOException, InterruptedException {
    Path file = load.resolve("any name.profile");
    Files.write(file, Texts.bytes("com.acme.v2", "", "gso"));
    await(() -> registry.view().find("com.acme.v2").isPresent());
    assertEquals("file " + file, registry.view().get("com.acme.v2").origin());
    Files.write(file, Texts.bytes("com.acme.v3", "", "gso"));
    await(() -> registry.view().find("com.acme.v3").isPresent());
    assertTrue(registry.view().find("com.acme.v2").isEmpty());
    Files.move(file, home.resolve("away"));
    await(() -> registry.view().find("com.acme.v3").isEmpty());
  }

  @Test
  void refusesWhatIsNoProfileAndGoesOn() throws IOException, InterruptedException {
    Files.write(load.resolve("big.profile"), new byte[1 << 20]);
    Files.writeString(load.resolve("text.profile"), "name: x");
    Files.createDirectory(load.resolve("directory.profile"));
    Files.write(load.resolve("ignored.txt"), Texts.bytes("com.acme.v7", "", "csum"));
    Files.write(load.resolve("early.profile"), new byte[] {0, 1, 2});
    Files.write(load.resolve("good.profile"), Texts.bytes("com.acme.v2", "", "gso"));
    await(() -> registry.view().find("com.acme.v2").isPresent());
    assertEquals(
        List.of("com.acme.v2", "com.acme.v1"),
        registry.view().states().stream().map(state -> state.profile().name()).toList());
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "nothing happened");
      Thread.sleep(5);
    }
  }
}

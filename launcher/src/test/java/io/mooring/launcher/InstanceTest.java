package io.mooring.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An instance of a distribution that has no bundles. */
class InstanceTest {

  @TempDir private Path directory;

  @Test
  void whatWasStoppedBeforeItSettledStartsNoShell()
      throws IOException, InterruptedException, Refusal {
    Files.createDirectories(directory.resolve("mooring/bundles"));
    Files.createDirectories(directory.resolve("mooring/features"));
    Path root = directory.resolve("home");
    Home home = new Home(root, root.resolve("run"));
    try (Instance instance =
        Instance.open(
            directory.resolve("mooring"),
            home,
            StartOptions.parse(List.of(), directory),
            Instance.Console.PROMPT)) {
      instance.awaitReady();
      stop(instance);
      instance.settle();
      instance.awaitStop();
    }
    assertEquals(List.of(), List.of(home.run().toFile().list()), "left in run/");
  }

  /** As a signal does. */
  private static void stop(Instance instance) throws InterruptedException {
    Thread.ofPlatform().start(instance::close).join();
  }
}

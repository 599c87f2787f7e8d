package io.mooring.acceptance.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that ends by itself. */
public final class Command {

  /** Long for every command that a test gives. */
  public static final Duration LIMIT = Duration.ofSeconds(60);

  private Command() {}

  /** How a command ended. */
  public record Outcome(List<String> command, int status, String out, String err) {

    /** The lines of the standard error. */
    public List<String> errors() {
      return err.lines().toList();
    }

    @Override
    public String toString() {
      return "%s ended with status %d%n--- out%n%s%n--- err%n%s"
          .formatted(String.join(" ", command), status, out.strip(), err.strip());
    }
  }

  /** Runs a command without standard input. */
  public static Outcome run(String... command) {
    return run(LIMIT, Map.of(), command);
  }

  /**
   * Runs a command without standard input.
   *
   * @param limit the command is killed and the test fails after so long
   * @param environment added to this process's
   */
  public static Outcome run(Duration limit, Map<String, String> environment, String... command) {
    try (Scratch scratch = Scratch.make()) {
      Path out = scratch.file("out");
      Path err = scratch.file("err");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/null").toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
      }
      Outcome outcome =
          new Outcome(
              List.of(command), process.exitValue(), Files.readString(out), Files.readString(err));
      if (!ended) {
        throw new AssertionError("killed after %d s: %s".formatted(limit.toSeconds(), outcome));
      }
      return outcome;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted in " + String.join(" ", command), e);
    }
  }
}

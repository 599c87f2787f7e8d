package io.mooring.acceptance.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** A prompt of {@code ./mooring} on a terminal of its own, with somebody who types. */
public final class Prompt implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final String SIGN = "mooring> ";
  private static final String TAB = "\t";

  /** Forgets the line that was begun. */
  private static final String CONTROL_U = "\u0015";

  /** Draws the line anew, whole, on an empty screen. */
  private static final String CONTROL_L = "\f";

  private static final Pattern CLEARED = Pattern.compile("\u001b\\[H\u001b\\[2?J");
  private static final Pattern ESCAPES = Pattern.compile("\u001b(\\[[0-9;?]*[A-Za-z]|[=>])");

  private final Process process;
  private final Console console;

  private Prompt(Process process) {
    this.process = process;
    console = new Console("prompt", process);
  }

  /**
   * Starts, and waits for the prompt.
   *
   * @param scratch has the home
   * @param arguments of {@code ./mooring}, besides the home; they are the shell's words
   */
  public static Prompt open(Scratch scratch, String... arguments) {
    List<String> words = Distribution.command("--home", scratch.file("home").toString());
    words.addAll(List.of(arguments));
    String command = "stty rows 50 cols 160; exec " + String.join(" ", words);
    ProcessBuilder builder =
        new ProcessBuilder("script", "-qfec", command, "/dev/null").redirectErrorStream(true);
    builder.environment().putAll(Distribution.ENVIRONMENT);
    builder.environment().put("TERM", "xterm");
    try {
      Prompt prompt = new Prompt(builder.start());
      prompt.console.await("the prompt", LIMIT, text -> text.contains(SIGN));
      return prompt;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Types the beginning of a line and tab, and waits until the line is another one. */
  public void completes(String typed, String expected) {
    console.type(CONTROL_U + typed + TAB + CONTROL_L);
    console.await(
        "'" + expected + "'", LIMIT, text -> screen(text).strip().equals(SIGN + expected));
  }

  /** Types the beginning of a line and tab, and waits until all of the words are offered. */
  public void offers(String typed, List<String> words) {
    console.type(CONTROL_U + CONTROL_L + typed + TAB);
    console.await(
        words + " after '" + typed + "'",
        LIMIT,
        text -> {
          String screen = screen(text);
          return words.stream().allMatch(screen::contains);
        });
  }

  /** What was drawn since the screen was last cleared. */
  private static String screen(String text) {
    String[] screens = CLEARED.split(text, -1);
    return screens.length == 1 ? "" : ESCAPES.matcher(screens[screens.length - 1]).replaceAll("");
  }

  /** Ends it anyhow, so that a failed test leaves no process. */
  @Override
  public void close() {
    // The terminal ends with its program.
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
  }
}

package io.mooring.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A program that a benchmark started: it is told lines, and its output is waited for. */
final class Child implements AutoCloseable {

  private static final Pattern COMPLAINT =
      Pattern.compile("(?i)error|fail|cannot|invalid|unable|refused|mooring:");
  private static final int LINES = 3;
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final String name;
  private final Process process;
  private final StringBuilder output = new StringBuilder();
  private int read;
  private boolean ended;

  /** Takes over a process whose error output goes to its standard output. */
  Child(String name, Process process) {
    this.name = name;
    this.process = process;
    Thread.ofPlatform().daemon().name(name).start(this::pump);
  }

  private void pump() {
    byte[] buffer = new byte[4096];
    try (InputStream in = process.getInputStream()) {
      for (int bytes = in.read(buffer); bytes >= 0; bytes = in.read(buffer)) {
        append(new String(buffer, 0, bytes, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException _) {
      // It was killed; whoever waits sees its end.
    }
    end();
  }

  private synchronized void append(String text) {
    output.append(text);
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  long pid() {
    return process.pid();
  }

  /** Writes a line to the program's standard input. */
  void tell(String line) throws BenchException {
    try {
      OutputStream in = process.getOutputStream();
      in.write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
      in.flush();
    } catch (IOException _) {
      throw gone();
    }
  }

  /** Waits for output after what was found last. */
  synchronized MatchResult await(Pattern pattern, Duration patience)
      throws BenchException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      Matcher matcher = pattern.matcher(output).region(read, output.length());
      if (matcher.find()) {
        read = matcher.end();
        return matcher.toMatchResult();
      }
      if (ended) {
        throw gone();
      }
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw BenchException.failed(
            "%s: no '%s' within %d s; it said: %s"
                .formatted(name, pattern, patience.toSeconds(), lastWords()));
      }
      wait(left);
    }
  }

  /** All that it said so far. */
  synchronized String output() {
    return output.toString();
  }

  private BenchException gone() {
    return BenchException.failed("%s ended: %s".formatted(name, lastWords()));
  }

  /** The last lines that complain, or else the last line. */
  private String lastWords() {
    List<String> lines =
        output().lines().map(String::strip).filter(each -> !each.isEmpty()).toList();
    List<String> complaints = lines.stream().filter(COMPLAINT.asPredicate()).toList();
    if (complaints.isEmpty()) {
      return lines.isEmpty() ? "nothing" : lines.getLast();
    }
    return String.join(
        " / ", complaints.subList(Math.max(0, complaints.size() - LINES), complaints.size()));
  }

  /** Waits until it has ended by itself, and ends it when it does not. */
  @Override
  public void close() {
    try {
      if (!process.waitFor(0, TimeUnit.SECONDS)) {
        process.destroy();
        if (!process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor(GRACE.toSeconds(), TimeUnit.SECONDS);
        }
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}

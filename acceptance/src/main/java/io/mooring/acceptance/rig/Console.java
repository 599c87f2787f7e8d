package io.mooring.acceptance.rig;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Predicate;

/** A program that is talked to: lines go in, and text comes out. One thread talks. */
final class Console {

  private final String name;
  private final Process process;
  private final OutputStream in;
  private final StringBuilder text = new StringBuilder();
  private boolean ended;

  /**
   * @param process its standard input and output are the console's from now on
   */
  Console(String name, Process process) {
    this.name = name;
    this.process = process;
    in = process.getOutputStream();
    Thread.ofPlatform().daemon().name(name + "-console").start(this::read);
  }

  private void read() {
    byte[] buffer = new byte[4096];
    try (InputStream out = process.getInputStream()) {
      for (int count = out.read(buffer); count >= 0; count = out.read(buffer)) {
        append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      append(e.toString());
    }
    end();
  }

  private synchronized void append(String more) {
    text.append(more.replace("\r", ""));
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Sends a line and waits for its answer: all text since the last answer, once that is whole. */
  String ask(String line, Duration limit, Predicate<String> whole) {
    tell(line);
    return await("an answer to '" + line + "'", limit, whole);
  }

  /** Sends a line. */
  void tell(String line) {
    type(line + "\n");
  }

  /** Sends keys. */
  void type(String keys) {
    try {
      in.write(keys.getBytes(StandardCharsets.ISO_8859_1));
      in.flush();
    } catch (IOException e) {
      throw new AssertionError(
          "%s: cannot be told '%s'; it said: %s".formatted(name, keys.strip(), unanswered()), e);
    }
  }

  /** Waits until the text since the last answer is whole, and takes it. */
  synchronized String await(String what, Duration limit, Predicate<String> whole) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!whole.test(text.toString())) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (ended || left <= 0) {
        throw new AssertionError(
            "%s: %s before %s; it said: %s"
                .formatted(
                    name, ended ? "ended" : "took over " + limit.toSeconds() + " s", what, text));
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted", e);
      }
    }
    String answer = text.toString();
    text.setLength(0);
    return answer;
  }

  private synchronized String unanswered() {
    return text.toString();
  }
}

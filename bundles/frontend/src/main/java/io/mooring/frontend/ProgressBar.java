package io.mooring.frontend;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.LongConsumer;

/** How far a count has come: a bar that moves on a terminal, a line now and then elsewhere. */
final class ProgressBar implements LongConsumer {

  private static final int CELLS = 32;
  private static final long TERMINAL_NANOS = 50_000_000;
  private static final long PLAIN_NANOS = 1_000_000_000;
  private static final String ERASE_LINE = "\r\u001b[K";

  private final PrintStream out;
  private final boolean terminal;
  private final long total;
  private final String full;
  private final String empty;
  private final long started = System.nanoTime();
  private long shown = started;

  ProgressBar(PrintStream out, boolean terminal, long total) {
    this.out = out;
    this.terminal = terminal;
    this.total = total;
    boolean unicode = out.charset().equals(StandardCharsets.UTF_8);
    full = unicode ? "━" : "#";
    empty = unicode ? "─" : ".";
  }

  @Override
  public void accept(long done) {
    long now = System.nanoTime();
    if (now - shown >= (terminal ? TERMINAL_NANOS : PLAIN_NANOS)) {
      shown = now;
      show(done, now);
    }
  }

  /** Removes a bar from the terminal. */
  void finish() {
    if (terminal) {
      out.print(ERASE_LINE);
      out.flush();
    }
  }

  private void show(long done, long now) {
    double seconds = (now - started) / 1e9;
    String text =
        String.format(
            Locale.ROOT,
            "%3d %%  %,d of %,d frames  %,d frames/s",
            100 * done / total,
            done,
            total,
            (long) (done / seconds));
    if (terminal) {
      int cells = (int) (CELLS * done / total);
      out.print(
          "\r  \u001b[32m"
              + full.repeat(cells)
              + "\u001b[90m"
              + empty.repeat(CELLS - cells)
              + "\u001b[0m "
              + text
              + "\u001b[K");
    } else {
      out.println("  " + text);
    }
    out.flush();
  }
}

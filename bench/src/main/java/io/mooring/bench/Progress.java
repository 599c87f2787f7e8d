package io.mooring.bench;

import java.io.PrintStream;

/** What is being done now: a line that comes and goes on a terminal, a plain line elsewhere. */
final class Progress {

  private static final String TERMINAL = "MOORING_TERMINAL";
  private static final String ERASE_LINE = "\r\u001b[K";

  private final PrintStream err;
  private final boolean terminal;
  private boolean shown;

  /** Shows it on the standard error output, of which ./mooring says what it is. */
  Progress(PrintStream err) {
    this.err = err;
    terminal = System.getenv().containsKey(TERMINAL);
  }

  void show(String text) {
    if (terminal) {
      err.print(ERASE_LINE + text);
      err.flush();
      shown = true;
    } else {
      err.println(text);
    }
  }

  /** Makes room for a line that stays. */
  void clear() {
    if (shown) {
      err.print(ERASE_LINE);
      err.flush();
      shown = false;
    }
  }
}

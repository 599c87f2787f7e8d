package io.mooring.frontend;

import org.apache.felix.service.command.CommandSession;

/** Whether somebody looks at a session's output. */
final class Terminal {

  /** Session variable: set by whoever runs a command for a terminal, or for none. */
  static final String VARIABLE = "io.mooring.terminal";

  /** Where Gogo's JLine keeps the terminal of an interactive session. */
  private static final String JLINE = ".jline.terminal";

  private Terminal() {}

  static boolean of(CommandSession session) {
    Object said = session.get(VARIABLE);
    if (said != null) {
      return Boolean.parseBoolean(said.toString());
    }
    Object terminal = session.get(JLINE);
    // JLine stands a dumb terminal in where there is none.
    return terminal != null && !terminal.getClass().getSimpleName().startsWith("Dumb");
  }
}

package io.mooring.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;

/** Checks what a person reads and a script sees when something is refused. */
final class Refusals {

  private Refusals() {}

  /** The command line is wrong. */
  static void assertUsage(String message, Executable refused) {
    assertRefused(Refusal.USAGE, message, refused);
  }

  /** The command line is right, and what it asks for cannot be done. */
  static void assertFailed(String message, Executable refused) {
    assertRefused(Refusal.FAILED, message, refused);
  }

  private static void assertRefused(int status, String message, Executable refused) {
    Refusal refusal = assertThrows(Refusal.class, refused);
    assertEquals(message, refusal.getMessage());
    assertEquals(1, message.lines().count(), "one line");
    assertEquals(status, refusal.status(), "exit status");
  }
}

package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.BadPort;
import io.mooring.acceptance.rig.Fuzzer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Random sessions with random damage: whatever a front-end does, Mooring goes on, says at most one
 * line of it, keeps nothing, and serves the next. {@code ./mooring fuzz --seconds 3600} for longer,
 * {@code --seed N} for the same again.
 */
final class SessionFuzzTest {

  private static final long SECONDS = Long.getLong("fuzz.seconds", 20);
  private static final long SEED = Long.getLong("fuzz.seed", System.nanoTime());

  /** Sessions between two looks at Mooring. */
  private static final int ROUND = 50;

  private static BadPort bad;

  @BeforeAll
  static void start() {
    bad = BadPort.start();
  }

  @AfterAll
  static void stop() {
    bad.close();
  }

  @Test
  void mooringOutlivesSessionsOfAnyKind() {
    long end = System.nanoTime() + SECONDS * 1_000_000_000;
    long next = SEED;
    while (System.nanoTime() < end) {
      play(next, ROUND);
      next += ROUND;
    }
    System.out.printf("fuzz: %d sessions from seed %d on%n", next - SEED, SEED);
  }

  private static void play(long first, int sessions) {
    Fuzzer fuzzer = new Fuzzer(bad);
    bad.look();
    try {
      for (long seed = first; seed < first + sessions; seed++) {
        fuzzer.session(seed);
      }
      assertComplaints(sessions, bad.complaints());
      bad.assertNobodyNoticed();
    } catch (AssertionError failure) {
      throw new AssertionError(
          "sessions of seed %d to %d: %s; again by ./mooring fuzz --seed %d"
              .formatted(first, first + sessions - 1, failure.getMessage(), first),
          failure);
    }
  }

  /**
   * The end of a session is one line at most; what it was refused before, and went on, has a line
   * for each; and one may say that its addresses are not mapped.
   */
  private static void assertComplaints(int sessions, List<String> complaints) {
    List<String> ends = select(complaints, "; connection closed");
    assertTrue(ends.size() <= sessions, () -> "more than one line each: " + ends);
    List<String> misses = select(complaints, " is not mapped, and there is no back-end channel");
    assertTrue(misses.size() <= sessions, () -> "more than one line each: " + misses);
    List<String> others = new ArrayList<>(complaints);
    others.removeAll(ends);
    others.removeAll(misses);
    others.removeAll(select(complaints, " port bad: refused: "));
    assertEquals(List.of(), others);
    assertEquals(List.of(), select(complaints, "internal error"));
  }

  private static List<String> select(List<String> complaints, String words) {
    return complaints.stream().filter(line -> line.contains(words)).toList();
  }
}

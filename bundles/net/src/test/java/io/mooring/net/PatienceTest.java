package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** A receiver without buffers is waited for, but not for long. Times are in nanoseconds. */
class PatienceTest {

  private static final long MILLI = 1_000_000;
  private static final long START = 77 * MILLI;

  private final Patience patience = new Patience();

  /** Something happens after a while: the receiver takes all, or it lacks buffers. */
  record Event(long after, boolean satisfied) {}

  @Test
  void aReceiverThatIsSlowForAMomentLosesNothing() {
    assertTrue(patience.hold(START));
    assertTrue(patience.hold(START + 9 * MILLI));
    patience.satisfied(START + 9 * MILLI);
    assertFalse(patience.waiting());
  }

  @Test
  void aDeadReceiverIsGivenUp() {
    assertTrue(patience.hold(START));
    assertFalse(patience.hold(START + 11 * MILLI));
  }

  @Test
  void aReceiverEarnsPatienceByTakingFrames() {
    assertTrue(patience.hold(START));
    assertFalse(patience.hold(START + 11 * MILLI));
    patience.satisfied(START + 11 * MILLI);
    long later = START + 200 * MILLI;
    assertTrue(patience.hold(later));
    assertTrue(patience.hold(later + 9 * MILLI));
    assertFalse(patience.hold(later + 11 * MILLI));
  }

  /** Whoever held its frames was not polled, say. */
  @Test
  void aReceiverThatWasAwayIsWaitedForAgain() {
    assertTrue(patience.hold(START));
    long back = START + 60_000 * MILLI;
    assertFalse(patience.hold(back));
    assertTrue(patience.hold(back + 200 * MILLI));
  }

  /** However a receiver plays for time, its senders stand still for a tenth of it at most. */
  @Property
  void sendersWaitForATenthOfTheTimeAtMost(@ForAll("events") List<Event> events) {
    var any = new Patience();
    long now = START;
    long held = 0;
    long longest = 0;
    boolean waiting = false;
    for (Event event : events) {
      now += event.after;
      longest = Math.max(longest, event.after);
      held += waiting ? event.after : 0;
      if (event.satisfied) {
        any.satisfied(now);
        waiting = false;
      } else {
        waiting = any.hold(now);
      }
      long allowed = 10 * MILLI + (now - START) / 10 + longest;
      assertTrue(
          held <= allowed, "waited %d of %d, allowed %d".formatted(held, now - START, allowed));
    }
  }

  @Provide
  static Arbitrary<List<Event>> events() {
    return Combinators.combine(
            Arbitraries.longs().between(1, 3 * MILLI), Arbitraries.of(true, false, false, false))
        .as(Event::new)
        .list()
        .ofMaxSize(200);
  }
}

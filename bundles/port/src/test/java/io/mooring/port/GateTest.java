package io.mooring.port;

import static java.lang.Thread.State.TIMED_WAITING;
import static java.lang.Thread.State.WAITING;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** A gate keeps a thread from its next step, not from ending the one it is in. */
class GateTest {

  private static final Duration LONG = Duration.ofSeconds(10);

  private final Gate gate = new Gate();

  @Test
  void whoIsInAStepIsWaitedForAndTheNextStepWaits() throws Exception {
    gate.enter();
    var shut = new FutureTask<>(() -> gate.shut(LONG));
    Thread shutting = Thread.ofPlatform().start(shut);
    Eventually.holds("the step is waited for", () -> shutting.getState() == TIMED_WAITING);
    gate.leave();
    assertTrue(shut.get());

    Thread next = Thread.ofPlatform().start(gate::enter);
    Eventually.holds("the next step waits", () -> next.getState() == WAITING);
    gate.open();
    assertTrue(next.join(LONG));
  }

  @Test
  void aStepThatTakesTooLongLeavesTheGateOpen() throws InterruptedException {
    gate.enter();
    assertFalse(gate.shut(Duration.ofMillis(20)));
    gate.leave();
    gate.enter();
    gate.leave();
  }

  @Test
  void toOpenWaitsForNobody() {
    gate.enter();
    gate.open();
    gate.leave();
  }
}

package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.Inflight;
import io.mooring.api.virtqueue.QueueSetup;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Where a queue is, told without its engine. */
class ProgressTest {

  private static Progress at(int base, int size, long features) {
    var progress = new Progress(new QueueSetup(0, size, 0, 0, 0, base, features, -1));
    progress.begin(base, true);
    return progress;
  }

  private static void gives(Progress progress, int... slots) {
    progress.publishing(chains(slots), slots.length);
    progress.published();
  }

  private static Chains chains(int... slots) {
    var chains = new Chains(slots.length);
    System.arraycopy(slots, 0, chains.slots, 0, slots.length);
    chains.count = slots.length;
    return chains;
  }

  /** A packed ring's position, slot by slot. */
  @Property
  void aPackedRingsPositionTurnsItsWrapCounterAtItsEnd(
      @ForAll @IntRange(min = 5, max = 300) int size,
      @ForAll @Size(min = 1, max = 60) int[] slots) {
    Progress progress = at(0x8000, size, RingFeature.RING_PACKED.mask());
    int index = 0;
    int wrap = 1;
    for (int each : slots) {
      int taken = 1 + Math.floorMod(each, 5);
      gives(progress, taken);
      for (int i = 0; i < taken; i++) {
        index++;
        if (index == size) {
          index = 0;
          wrap ^= 1;
        }
      }
      int half = index | wrap << 15;
      assertEquals(half | half << 16, progress.position());
      assertTrue(progress.agrees(half));
      assertFalse(progress.agrees(half ^ 0x8000));
    }
  }

  @Test
  void aSplitRingsPositionCountsChainsAndWrapsAt65536() {
    Progress progress = at(65_530, 256, 0);
    gives(progress, 1, 3, 1, 1, 1, 2, 1, 1);
    assertEquals(2, progress.position());
    assertTrue(progress.agrees(2));
  }

  @Test
  void aBurstThatAFailedEngineGaveBackIsNotGivenBackAgain() {
    Progress progress = at(10, 256, 0);
    progress.publishing(chains(1, 1, 1), 3);
    assertEquals(13, progress.goOn(OptionalInt.of(13)));
    assertTrue(progress.went());
  }

  /** Chains that a former back-end left are at no position. */
  @Test
  void whereChainsAreTrackedTheEngineSaysWhereItIs() {
    var part = new Inflight(0x1000, 256);
    var setup = new QueueSetup(0, 256, 0, 0, 0, QueueSetup.NO_LOG, 10, 0, -1, part);
    for (int told : new int[] {10, 13}) {
      var progress = new Progress(setup);
      progress.begin(10, true);
      assertTrue(progress.asks());
      assertFalse(progress.watched());
      progress.says(10);
      progress.publishing(chains(1, 1, 1), 3);
      assertEquals(told, progress.goOn(OptionalInt.of(told)));
      assertEquals(told == 13, progress.went());
    }
  }

  @Test
  void aBurstThatAFailedEngineDidNotGiveBackIsGivenBackByTheNext() {
    for (OptionalInt told :
        new OptionalInt[] {OptionalInt.of(10), OptionalInt.of(99), OptionalInt.empty()}) {
      Progress progress = at(10, 256, 0);
      progress.publishing(chains(1, 1, 1), 3);
      assertEquals(10, progress.goOn(told));
      assertFalse(progress.went());
    }
  }
}

package io.mooring.virtqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.api.virtio.RingFeature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;

/**
 * A million steps of random drivers and devices for each ring format find no difference between the
 * engine and drivers written from the specification.
 */
class BothSidesTest {

  private static final int MILLION = 1_000_000;
  private static final int TRIES = 20;

  /** Steps of the property that runs: taken so far, and those that it is to take. */
  private int taken;

  private int wanted;

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void splitRing(@ForAll long seed, @ForAll("options") List<RingFeature> options) {
    split(seed, options);
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void splitRingInOrder(@ForAll long seed, @ForAll("options") List<RingFeature> options) {
    split(seed, options, RingFeature.IN_ORDER);
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void packedRing(@ForAll long seed, @ForAll("options") List<RingFeature> options) {
    packed(seed, options, RingFeature.RING_PACKED);
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void packedRingInOrder(@ForAll long seed, @ForAll("options") List<RingFeature> options) {
    packed(seed, options, RingFeature.RING_PACKED, RingFeature.IN_ORDER);
  }

  private void split(long seed, List<RingFeature> options, RingFeature... format) {
    wanted = MILLION;
    var random = new Random(seed);
    converse(random, 2 << random.nextInt(9), with(options, format), MILLION / TRIES);
  }

  private void packed(long seed, List<RingFeature> options, RingFeature... format) {
    wanted = MILLION;
    var random = new Random(seed);
    converse(random, 1 + random.nextInt(600), with(options, format), MILLION / TRIES);
  }

  @Property(tries = 2, edgeCases = EdgeCasesMode.NONE)
  void theLargestRings(@ForAll long seed) {
    int steps = 20_000;
    wanted = 2 * 2 * steps;
    List<RingFeature> split = List.of(RingFeature.EVENT_IDX);
    converse(new Random(seed), 32768, split, steps);
    converse(new Random(seed), 32768, with(split, RingFeature.RING_PACKED), steps);
  }

  private static List<RingFeature> with(List<RingFeature> options, RingFeature... format) {
    List<RingFeature> all = new ArrayList<>(options);
    all.addAll(Arrays.asList(format));
    return all;
  }

  private void converse(Random random, int size, List<RingFeature> features, int steps) {
    try (var both = new Conversation(random, size, features.toArray(RingFeature[]::new))) {
      for (int i = 0; i < steps; i++) {
        both.step();
      }
      taken += both.steps();
      both.finish();
    }
  }

  @AfterProperty
  void allStepsWereTaken() {
    assertEquals(wanted, taken, "steps");
  }

  @Provide
  Arbitrary<List<RingFeature>> options() {
    return Arbitraries.of(RingFeature.INDIRECT_DESC, RingFeature.EVENT_IDX).list().uniqueElements();
  }
}

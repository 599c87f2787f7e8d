package io.mooring.virtqueue;

import io.mooring.api.virtio.RingFeature;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * A million steps of random drivers and devices for each ring format find no difference between the
 * engine and drivers written from the specification.
 */
class BothSidesTest {

  private static final int TRIES = 20;
  private static final int STEPS = 1_000_000 / TRIES;

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void splitRing(@ForAll long seed, @ForAll("features") List<RingFeature> features) {
    var random = new Random(seed);
    converse(random, 2 << random.nextInt(9), features);
  }

  @Property(tries = TRIES, edgeCases = EdgeCasesMode.NONE)
  void packedRing(@ForAll long seed, @ForAll("features") List<RingFeature> features) {
    var random = new Random(seed);
    List<RingFeature> packed = new ArrayList<>(features);
    packed.add(RingFeature.RING_PACKED);
    converse(random, 1 + random.nextInt(600), packed);
  }

  @Property(tries = 2, edgeCases = EdgeCasesMode.NONE)
  void theLargestRings(@ForAll long seed) {
    converse(new Random(seed), 32768, List.of(RingFeature.EVENT_IDX), 20_000);
    converse(
        new Random(seed), 32768, List.of(RingFeature.EVENT_IDX, RingFeature.RING_PACKED), 20_000);
  }

  private static void converse(Random random, int size, List<RingFeature> features) {
    converse(random, size, features, STEPS);
  }

  private static void converse(Random random, int size, List<RingFeature> features, int steps) {
    try (var both = new Conversation(random, size, features.toArray(RingFeature[]::new))) {
      for (int i = 0; i < steps; i++) {
        both.step();
      }
      both.finish();
    }
  }

  @Provide
  Arbitrary<List<RingFeature>> features() {
    return Arbitraries.of(RingFeature.INDIRECT_DESC, RingFeature.EVENT_IDX, RingFeature.IN_ORDER)
        .list()
        .uniqueElements();
  }
}

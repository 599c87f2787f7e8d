package io.mooring.virtqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.Virtqueue;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a driver changes after the queue checked it cannot matter, because a burst reads every byte
 * of the ring and of its tables once (CVE-2020-14374 to 14378 of another back-end).
 */
class ReadOnceTest {

  private final Chains chains = new Chains(64);
  private final Map<Long, Integer> reads = new HashMap<>();

  @AfterEach
  void stopListening() {
    MemoryProbe.ignore();
  }

  @Test
  void splitRing() {
    burstsReadOnce();
  }

  @Test
  void packedRing() {
    burstsReadOnce(RingFeature.RING_PACKED);
  }

  private void burstsReadOnce(RingFeature... format) {
    Set<RingFeature> features = new HashSet<>(Set.of(format));
    features.add(RingFeature.INDIRECT_DESC);
    var random = new Random(1);
    try (var both = new Conversation(random, 256, features.toArray(RingFeature[]::new))) {
      for (int i = 0; i < 200; i++) {
        both.offer();
        Virtqueue queue = both.open(ProbedEngine.of(both.guest.os));
        MemoryProbe.listen(
            new MemoryProbe.Listener() {
              @Override
              public void read(long address, int bytes) {
                for (int each = 0; each < bytes; each++) {
                  reads.merge(address + each, 1, Integer::sum);
                }
              }
            });
        queue.take(chains, 64);
        MemoryProbe.ignore();
        assertEquals(Set.of(1), new HashSet<>(reads.values()), "reads of one byte");
        reads.clear();
        both.serve();
        both.reap();
      }
    }
  }
}

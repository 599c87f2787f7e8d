package io.mooring.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LoadTest {

  @Test
  void aFrameThatFitsIsOneSegment() {
    assertEquals("64", Load.segments(64));
    assertEquals("2048", Load.segments(2048));
  }

  @Test
  void aJumboFrameIsSeveral() {
    assertEquals("1800,1800,1800,1800,1800", Load.segments(9000));
  }

  @Property
  void segmentsMakeTheFrameAndFitTheBuffers(@ForAll @IntRange(min = 60, max = 65535) int bytes) {
    int[] segments =
        Stream.of(Load.segments(bytes).split(",", -1)).mapToInt(Integer::parseInt).toArray();
    int sum = 0;
    for (int segment : segments) {
      assertTrue(segment <= Testpmd.BUFFER_BYTES, bytes + " bytes: a segment of " + segment);
      sum += segment;
    }
    assertEquals(bytes, sum);
  }

  @Test
  void optionsOfTheDriverReplaceTheDefaults() throws BenchException {
    DeviceOptions options = DeviceOptions.parse("packed_vq=1,queues=2,mrg_rxbuf=0");

    assertEquals(
        "net_virtio_user0,path=/s/a,queues=2,queue_size=1024,packed_vq=1,mrg_rxbuf=0",
        options.device(0, Path.of("/s/a")));
    assertEquals(2, options.queues());
    assertEquals(false, options.mergeable());
  }

  @Test
  void optionsThatAreTheBenchmarksOwnAreRefused() {
    for (String wrong : new String[] {"path=/tmp/x", "server=1", "packed_vq", "queues=0", ","}) {
      assertThrows(BenchException.class, () -> DeviceOptions.parse(wrong), wrong);
    }
  }
}

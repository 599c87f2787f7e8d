package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.protocol.InflightArea;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Inflight;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The buffer that outlives a back-end: made, given back, and divided among queues. */
@Timeout(30)
class PortInflightTest {

  private final Harbour harbour;
  private final PortInflight inflight;

  PortInflightTest() throws IOException {
    harbour = new Harbour();
    inflight = harbour.session.inflight();
  }

  @AfterEach
  void nothingStaysOpen() throws IOException {
    harbour.close();
  }

  private static String refused(Executable executable) {
    return assertThrows(ProtocolException.class, executable).getMessage();
  }

  @Test
  void aQueueGetsItsPartOfTheBufferThatWasMade() throws Exception {
    harbour.session.features(Harbour.FEATURES);
    inflight.take(inflight.make(2, 256));
    harbour.start(0, 0);
    long first = harbour.engine.lastSetup.inflight().address();
    harbour.start(1, 0);
    long second = harbour.engine.lastSetup.inflight().address();
    assertEquals(Inflight.bytes(Harbour.FEATURES, 256), second - first);
    assertEquals(256, harbour.engine.lastSetup.inflight().entries());
    harbour.start(2, 0);
    assertFalse(harbour.engine.lastSetup.inflight().present(), "a queue beyond the buffer");
  }

  @Test
  void withoutABufferNothingIsNoted() throws Exception {
    harbour.session.features(Harbour.FEATURES);
    harbour.start(0, 0);
    assertFalse(harbour.engine.lastSetup.inflight().present());
  }

  @Test
  void aBufferIsForgottenWithAReset() throws Exception {
    harbour.session.features(Harbour.FEATURES);
    inflight.take(inflight.make(2, 256));
    harbour.session.reset();
    harbour.start(0, 0);
    assertFalse(harbour.engine.lastSetup.inflight().present());
  }

  /** A packed ring's part is twice a split ring's. */
  @Test
  void aBufferOfAnotherRingFormatIsNotRunOver() throws Exception {
    harbour.session.features(Harbour.FEATURES);
    long bytes = 2 * Inflight.bytes(Harbour.FEATURES, 256);
    int file = harbour.os.memfd("inflight", bytes);
    inflight.take(new InflightArea(bytes, 0, 2, 256, file));
    harbour.session.features(Harbour.FEATURES | RingFeature.RING_PACKED.mask());
    harbour.start(0, 0);
    assertTrue(refused(() -> harbour.start(1, 0)).contains("made for another ring format"));
  }

  /** CVE-2021-3839: two split queues of 256 need 0x2080 bytes; the file has 0x3000. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 0",
    "8319, 0",
    "12289, 0",
    "12288, 1",
    "8320, 12288",
    "8320, -1",
    "-1, 0",
    "8320, 9223372036854775807",
    "9223372036854775807, 4096"
  })
  void aBufferOutOfBoundsIsRefused(long size, long offset) throws Exception {
    int file = harbour.os.memfd("inflight", 0x3000);
    String line = refused(() -> inflight.take(new InflightArea(size, offset, 2, 256, file)));
    assertTrue(line.startsWith("SET_INFLIGHT_FD of"), line);
    assertFalse(inflight.part(0).present());
  }

  @Test
  void aBufferIsNotTakenFromUnderARunningQueue() throws Exception {
    harbour.session.features(Harbour.FEATURES);
    harbour.start(0, 0);
    InflightArea made = inflight.make(2, 256);
    assertTrue(refused(() -> inflight.take(made)).contains("while queues run"));
  }
}

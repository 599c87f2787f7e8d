package io.mooring.acceptance;

import io.mooring.acceptance.rig.LastingPort;
import io.mooring.acceptance.rig.LastingPort.Kind;
import io.mooring.frontend.TestFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Numbered frames from one VM to another, which both outlive the back-end between them. No more are
 * under way than the receiver has buffers for, so that there is no reason to lose one.
 */
final class SeveredFlow implements AutoCloseable {

  private static final int BURST = 64;
  private static final int NUMBER = 1;
  private static final int FRAME = 64;

  /** A burst of buffers that the receiver has not offered again yet. */
  private static final int WINDOW = LastingPort.RING - BURST;

  private static final long FROM = TestFrame.mac(1);
  private static final long TO = TestFrame.mac(2);

  private final Kind kind;
  private final LastingPort from;
  private final LastingPort to;
  private final BitSet seen = new BitSet();
  private final List<String> faults = new ArrayList<>();
  private int sent;
  private int arrived;

  SeveredFlow(Kind kind) throws IOException {
    this.kind = kind;
    from = new LastingPort(kind);
    to = new LastingPort(kind);
  }

  LastingPort from() {
    return from;
  }

  LastingPort to() {
    return to;
  }

  /** Sends as many frames as may be under way, and receives. */
  void send() {
    receive();
    int room = Math.min(from.room(), WINDOW - (sent - arrived));
    if (room > 0) {
      from.send(room, this::write);
    }
  }

  private int write(long address) {
    TestFrame.write(address, FRAME, TO, FROM, NUMBER, sent++);
    return FRAME;
  }

  /** Receives, and takes back what was sent. */
  void receive() {
    to.receive(this::check);
    from.room();
  }

  private void check(long address, int length) {
    long sequence = TestFrame.check(address, length, NUMBER);
    if (sequence < 0 || sequence >= sent) {
      faults.add("a frame of %d bytes is not as it was sent: %d".formatted(length, sequence));
    } else if (seen.get((int) sequence)) {
      faults.add("frame %d of %d came twice".formatted(sequence, sent));
    } else {
      seen.set((int) sequence);
      arrived++;
    }
  }

  /** How many frames have arrived. */
  long arrived() {
    return arrived;
  }

  /** Whether all have, and the sender's ring is empty. */
  boolean complete() {
    return arrived == sent && from.held() == 0;
  }

  /** What came that should not have come. */
  List<String> faults() {
    return faults;
  }

  @Override
  public void close() {
    from.close();
    to.close();
  }

  @Override
  public String toString() {
    return "%s: %d of %d frames arrived, %d are held, %s"
        .formatted(kind, arrived, sent, from.held(), faults);
  }
}

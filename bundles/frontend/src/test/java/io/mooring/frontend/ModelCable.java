package io.mooring.frontend;

import io.mooring.api.virtio.NetFeature;
import io.mooring.frontend.ModelQueue.Chain;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A cable between two model back-ends, with whatever faults a test wants. */
final class ModelCable {

  /** What the cable does to a frame; it may return none, several or others. */
  @FunctionalInterface
  interface Fault {
    List<byte[]> on(long number, byte[] frame);
  }

  private final Fault fault;
  private final ModelBackEnd one;
  private final ModelBackEnd other;
  private long frames;

  ModelCable(ModelBackEnd one, ModelBackEnd other, Fault fault) {
    this.one = one;
    this.other = other;
    this.fault = fault;
  }

  static ModelCable good(ModelBackEnd one, ModelBackEnd other) {
    return new ModelCable(one, other, (number, frame) -> List.of(frame));
  }

  /** Carries what waits, both ways. */
  void carry() {
    carry(one, other);
    carry(other, one);
  }

  private void carry(ModelBackEnd from, ModelBackEnd to) {
    ModelQueue transmit = from.running(1);
    ModelQueue receive = to.running(0);
    if (transmit == null || receive == null) {
      return;
    }
    int since = transmit.usedIndex();
    for (Optional<Chain> next = transmit.take(); next.isPresent(); next = transmit.take()) {
      byte[] sent = transmit.read(next.get());
      transmit.use(next.get().head(), 0);
      byte[] frame = Arrays.copyOfRange(sent, headerBytes(from), sent.length);
      for (byte[] each : fault.on(frames++, frame)) {
        deliver(to, receive, each);
      }
    }
    from.call(1, since);
  }

  private static int headerBytes(ModelBackEnd of) {
    return NetOptions.headerBytes(of.features());
  }

  private static void deliver(ModelBackEnd to, ModelQueue receive, byte[] frame) {
    int header = headerBytes(to);
    byte[] left = new byte[header + frame.length];
    System.arraycopy(frame, 0, left, header, frame.length);
    Deque<Chain> chains = new ArrayDeque<>();
    int room = 0;
    while (room < left.length) {
      Chain chain = receive.take().orElseThrow(() -> new AssertionError("no buffer for a frame"));
      chains.add(chain);
      room += chain.writableBytes();
    }
    if (header == VnetHeader.MERGEABLE_BYTES) {
      left[10] = (byte) chains.size();
    }
    if (chains.size() > 1 && !NetFeature.MRG_RXBUF.in(to.features())) {
      throw new AssertionError("frame too long for a buffer");
    }
    int since = receive.usedIndex();
    List<Integer> written = new ArrayList<>();
    for (Chain chain : chains) {
      int bytes = receive.write(chain, left);
      written.add(bytes);
      left = Arrays.copyOfRange(left, bytes, left.length);
    }
    for (int bytes : written) {
      receive.use(chains.removeFirst().head(), bytes);
    }
    to.call(0, since);
  }
}

package io.mooring.net;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What a driver has asked of its device by control queue; the worker's. */
final class ControlState {

  /** Every offload that was negotiated is on. */
  private static final long ALL = -1;

  private static final byte FORM = 1;
  private static final int MOST_BYTES = 4096;

  final ReceiveFilter filter = new ReceiveFilter();
  final Steering steering = new Steering();

  /** Queue pairs in use (VIRTIO_NET_CTRL_MQ_VQ_PAIRS_SET). */
  int pairs;

  /** GUEST features that are on (VIRTIO_NET_CTRL_GUEST_OFFLOADS_SET), of those negotiated. */
  long offloads;

  /** Whether the driver is asked to announce itself (VIRTIO_NET_S_ANNOUNCE). */
  boolean announce;

  ControlState() {
    reset();
  }

  void reset() {
    filter.reset();
    steering.reset();
    pairs = 1;
    offloads = ALL;
    announce = false;
  }

  byte[] save() {
    ByteBuffer state = ByteBuffer.allocate(MOST_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    state.put(FORM).putShort((short) pairs).putLong(offloads).put((byte) (announce ? 1 : 0));
    filter.save(state);
    steering.save(state);
    return Arrays.copyOf(state.array(), state.position());
  }

  /**
   * Takes over what {@link #save} gave; nothing at all is a driver that asked for nothing.
   *
   * @throws IllegalArgumentException when it is malformed; then nothing is asked for
   */
  void load(byte[] saved) {
    reset();
    if (saved.length == 0) {
      return;
    }
    try {
      ByteBuffer state = ByteBuffer.wrap(saved).order(ByteOrder.LITTLE_ENDIAN);
      int form = state.get();
      if (form != FORM) {
        throw new IllegalArgumentException(
            "net device state of form %d: known is %d".formatted(form, FORM));
      }
      pairs = Short.toUnsignedInt(state.getShort());
      offloads = state.getLong();
      announce = state.get() != 0;
      filter.load(state);
      steering.load(state);
      if (state.hasRemaining()) {
        throw new IllegalArgumentException(
            "net device state has %d bytes too many".formatted(state.remaining()));
      }
    } catch (BufferUnderflowException cut) {
      reset();
      throw new IllegalArgumentException(
          "net device state of %d bytes is cut short".formatted(saved.length), cut);
    } catch (IllegalArgumentException wrong) {
      reset();
      throw wrong;
    }
  }
}

package io.mooring.net;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Which receive queue a driver wants a flow in (virtio 1.3, sections 5.1.6.5.7 and 5.1.6.5.6.4):
 * RSS, and which hashes it wants to be told.
 */
final class Steering {

  /** The longest indirection table. */
  static final int MOST_ENTRIES = 128;

  private final FlowHash hash = new FlowHash();
  private final byte[] key = new byte[FlowHash.KEY_BYTES];
  private final int[] table = new int[MOST_ENTRIES];
  private int types;

  /** Entries of the table; 0 while the driver does not steer. */
  private int entries;

  private int unclassified;

  /** Forgets everything: the sender's queue tells the receiver's. */
  void reset() {
    entries = 0;
    unclassified = 0;
    hashes(0, new byte[FlowHash.KEY_BYTES]);
  }

  /** Hashes some types of packets with a key of {@link FlowHash#KEY_BYTES} bytes. */
  void hashes(int wanted, byte[] with) {
    types = wanted;
    System.arraycopy(with, 0, key, 0, key.length);
    hash.configure(types, key);
  }

  /**
   * Steers by hash from now on.
   *
   * @param length a power of two, at most {@link #MOST_ENTRIES}
   * @param pairs a receive queue's pair for each value of a hash's lowest bits
   * @param others the pair of packets without a hash
   */
  void steer(int length, int[] pairs, int others) {
    System.arraycopy(pairs, 0, table, 0, length);
    entries = length;
    unclassified = others;
  }

  /** Steers no more: the driver asked for a number of pairs instead. */
  void release() {
    entries = 0;
  }

  boolean steers() {
    return entries > 0;
  }

  /** Hashes a frame and notes it there; the pair that it goes to, or {@code otherwise}. */
  int classify(Frames frames, int frame, int otherwise) {
    hash.of(frames, frame);
    frames.hash[frame] = hash.value();
    frames.hashReport[frame] = hash.report();
    if (entries == 0) {
      return otherwise;
    }
    return hash.report() == FlowHash.NO_REPORT ? unclassified : table[hash.value() & (entries - 1)];
  }

  void save(ByteBuffer to) {
    to.putInt(types).put(key).putShort((short) entries).putShort((short) unclassified);
    for (int i = 0; i < entries; i++) {
      to.putShort((short) table[i]);
    }
  }

  void load(ByteBuffer from) {
    int wanted = from.getInt() & FlowHash.SUPPORTED;
    byte[] with = new byte[FlowHash.KEY_BYTES];
    from.get(with);
    hashes(wanted, with);
    int length = Short.toUnsignedInt(from.getShort());
    int others = Short.toUnsignedInt(from.getShort());
    if (length > MOST_ENTRIES || Integer.bitCount(length) > 1) {
      throw new IllegalArgumentException(
          "an indirection table of %d entries: allowed are powers of two to %d"
              .formatted(length, MOST_ENTRIES));
    }
    int[] pairs = new int[length];
    Arrays.setAll(pairs, _ -> Short.toUnsignedInt(from.getShort()));
    steer(length, pairs, others);
  }
}

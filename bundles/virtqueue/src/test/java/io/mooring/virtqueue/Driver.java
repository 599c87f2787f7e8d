package io.mooring.virtqueue;

import java.util.List;

/** A driver that keeps the rules, written from the specification and not from the engine. */
sealed interface Driver permits SplitDriver, PackedDriver {

  /** A buffer of a chain: guest address, length, and whether the device may write it. */
  record Buffer(long address, int length, boolean writable) {}

  /** When the driver wants to be called. */
  enum Wish {
    NEVER,
    ALWAYS,
    /** Only where event indices are negotiated. */
    AT_EVENT
  }

  /** How many descriptors are free. */
  int free();

  /** How many chains are with the device. */
  int outstanding();

  /**
   * Adds a chain, visible to the device after {@link #expose}.
   *
   * @param table through an indirect table there, or 0 for in the ring itself
   */
  void add(int token, List<Buffer> buffers, long table);

  /**
   * Shows the device what was added.
   *
   * @return whether the device asked to be kicked for it
   */
  boolean expose();

  /**
   * Wants calls so from now on; with {@link Wish#AT_EVENT} when so many more chains or descriptors
   * were used.
   */
  void wish(Wish wish, int ahead);

  /**
   * Finds what the device used since the last time.
   *
   * @return whether the device had to call the driver for it
   */
  boolean discover();

  /** Takes the next discovered chain: its token, or -1 for none. */
  int reap();

  /** The length that the device told of the last reaped chain, or -1 when it told none. */
  int length();
}

package io.mooring.api.virtqueue;

import java.util.Arrays;

/**
 * A burst of descriptor chains in arrays: one is made for each queue and used again for every
 * burst, so nothing is allocated a frame. Chain {@code i} is made of the segments {@code first[i]}
 * (inclusive) to {@code first[i + 1]} (exclusive), of which the leading {@code readable[i]} may be
 * read by the device and the rest may be written. The arrays are public because this is the hot
 * loop's own type; one worker thread uses them. Segment addresses are host addresses that were
 * checked over their whole length; they hold until the queue's next {@link Virtqueue#take}.
 */
public final class Chains {

  /** How many chains the burst holds now. */
  public int count;

  /**
   * Ring's own name of each chain: the head descriptor's index, or the buffer id of a packed ring.
   */
  public final int[] head;

  /**
   * Ring slots that each chain takes (1 for a split ring's available entry; a packed ring's
   * descriptors).
   */
  public final int[] slots;

  /** Index of each chain's first segment; {@code first[count]} is the end. */
  public final int[] first;

  /** How many leading segments of each chain are readable. */
  public final int[] readable;

  /** Bytes that the device may read, a chain. */
  public final int[] readableBytes;

  /** Bytes that the device may write, a chain. */
  public final int[] writableBytes;

  /** Set by the device before {@link Virtqueue#publish}: bytes it wrote, a chain. */
  public final int[] written;

  /** Host address of each segment. */
  public long[] address;

  /** Length of each segment in bytes; never 0. */
  public int[] length;

  /** Room for so many chains; room for segments grows when a guest's chains need it. */
  public Chains(int capacity) {
    head = new int[capacity];
    slots = new int[capacity];
    first = new int[capacity + 1];
    readable = new int[capacity];
    readableBytes = new int[capacity];
    writableBytes = new int[capacity];
    written = new int[capacity];
    address = new long[4 * capacity];
    length = new int[4 * capacity];
  }

  /** The most chains that fit. */
  public int capacity() {
    return head.length;
  }

  /** Makes room for more segments, keeping those that are there. */
  public void grow() {
    address = Arrays.copyOf(address, 2 * address.length);
    length = Arrays.copyOf(length, 2 * length.length);
  }
}

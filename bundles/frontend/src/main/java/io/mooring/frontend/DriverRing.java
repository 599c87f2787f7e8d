package io.mooring.frontend;

import io.mooring.api.virtio.RingFeature;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;

/**
 * The driver's side of a split ring: offers chains, collects used ones, keeps notifications low
 * (virtio 1.3, sections 2.7.13 and 2.7.14). It keeps its own record of what is outstanding and
 * checks the device against it. One thread uses it.
 */
public final class DriverRing {

  /** One buffer of a chain. */
  public record Segment(long guestAddress, int length) {}

  private static final int INDEX_MASK = 0xffff;
  private static final int NONE = -1;

  private final GuestRam ram;
  private final SplitRing ring;
  private final int mask;
  private final boolean eventIndex;
  private final boolean indirect;

  /** Link from each free descriptor to the next, and within an outstanding chain likewise. */
  private final int[] next;

  /** Descriptors of the chain that a head begins; 0 when it is not outstanding. */
  private final int[] taken;

  private final long[] tables;
  private final int[] tableSizes;
  private int firstFree;
  private int free;
  private int outstanding;
  private int availableIndex;
  private int published;
  private int usedIndex;
  private boolean callsWanted = true;
  private int collectedHead = NONE;
  private int collectedLength;

  /**
   * @param features the acknowledged ones; VERSION_1, EVENT_IDX and INDIRECT_DESC matter here
   */
  public DriverRing(GuestRam ram, int size, long features) {
    if (Integer.bitCount(size) != 1 || size > 1 << 15) {
      throw new IllegalArgumentException(
          "ring size " + size + "; allowed is a power of two up to 32768");
    }
    this.ram = ram;
    ring =
        RingFeature.VERSION_1.in(features)
            ? SplitRing.modern(ram, size)
            : SplitRing.legacy(ram, size);
    mask = size - 1;
    eventIndex = RingFeature.EVENT_IDX.in(features);
    indirect = RingFeature.INDIRECT_DESC.in(features);
    next = new int[size];
    taken = new int[size];
    tables = new long[size];
    tableSizes = new int[size];
    Arrays.setAll(next, each -> each + 1);
    free = size;
  }

  /** The ring's memory, for its addresses and for tests that break its rules. */
  public SplitRing memory() {
    return ring;
  }

  /** Descriptors that are free. */
  public int free() {
    return free;
  }

  /** Chains that the device has. */
  public int outstanding() {
    return outstanding;
  }

  /** The next available index: where a device that has taken everything goes on. */
  public int availableIndex() {
    return availableIndex;
  }

  /**
   * Adds a chain of readable and then writable segments; the device sees it after {@link #publish}.
   *
   * @return its head; -1 when the ring has no room for it
   */
  public int add(List<Segment> readable, List<Segment> writable) {
    return addChain(readable, writable, false);
  }

  /** The same through an indirect table (INDIRECT_DESC). */
  public int addIndirect(List<Segment> readable, List<Segment> writable) {
    if (!indirect) {
      throw new IllegalStateException("INDIRECT_DESC was not negotiated");
    }
    return addChain(readable, writable, true);
  }

  private int addChain(List<Segment> readable, List<Segment> writable, boolean table) {
    int count = readable.size() + writable.size();
    long[] addresses = new long[count];
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      Segment segment = i < readable.size() ? readable.get(i) : writable.get(i - readable.size());
      addresses[i] = segment.guestAddress();
      lengths[i] = segment.length();
    }
    return add(addresses, lengths, readable.size(), count, table);
  }

  /**
   * Adds a chain without allocating.
   *
   * @param readable how many segments, from the first, the device may read
   * @param count how many segments there are; the rest is the device's to write
   * @param table whether to put them into an indirect table
   * @return its head; -1 when the ring has no room for it
   */
  public int add(long[] guestAddresses, int[] lengths, int readable, int count, boolean table) {
    int needed = table ? 1 : count;
    if (count < 1 || count > ring.size()) {
      throw new IllegalArgumentException(
          "chain of %d segments; allowed are 1 to %d".formatted(count, ring.size()));
    }
    if (needed > free) {
      return NONE;
    }
    int head = firstFree;
    if (table) {
      fillTable(head, guestAddresses, lengths, readable, count);
    } else {
      fillChain(guestAddresses, lengths, readable, count);
    }
    if (table) {
      firstFree = next[head];
    }
    free -= needed;
    taken[head] = needed;
    outstanding++;
    ring.availableEntry(availableIndex & mask, head);
    availableIndex = availableIndex + 1 & INDEX_MASK;
    return head;
  }

  private void fillChain(long[] guestAddresses, int[] lengths, int readable, int count) {
    int index = firstFree;
    for (int i = 0; i < count; i++) {
      int flags = flags(i, readable, count);
      ring.descriptor(index, guestAddresses[i], lengths[i], flags, next[index]);
      index = next[index];
    }
    firstFree = index;
  }

  private void fillTable(int head, long[] guestAddresses, int[] lengths, int readable, int count) {
    if (tableSizes[head] < count) {
      tables[head] = ram.allocate((long) count * SplitRing.DESCRIPTOR_BYTES, 16);
      tableSizes[head] = count;
    }
    for (int i = 0; i < count; i++) {
      int flags = flags(i, readable, count);
      ring.tableEntry(tables[head], i, guestAddresses[i], lengths[i], flags, i + 1);
    }
    ring.descriptor(head, tables[head], count * SplitRing.DESCRIPTOR_BYTES, SplitRing.INDIRECT, 0);
  }

  private static int flags(int i, int readable, int count) {
    return (i < readable ? 0 : SplitRing.WRITE) | (i < count - 1 ? SplitRing.NEXT : 0);
  }

  /**
   * Shows the device all chains added so far.
   *
   * @return whether the device wants a kick for them
   */
  public boolean publish() {
    if (published == availableIndex) {
      return false;
    }
    ring.availableIndex(availableIndex);
    // The device reads our index after it writes its wish; we do the opposite, in this order.
    VarHandle.fullFence();
    boolean wanted =
        eventIndex
            ? passed(ring.availableEvent(), published, availableIndex)
            : (ring.usedFlags() & SplitRing.NO_NOTIFY) == 0;
    published = availableIndex;
    return wanted;
  }

  /** Whether an index was passed on the way from one to another (virtio 1.3, section 2.7.10). */
  static boolean passed(int event, int from, int to) {
    return (to - event - 1 & INDEX_MASK) < (to - from & INDEX_MASK);
  }

  /**
   * Takes the next used chain; {@link #head} and {@link #length} then tell of it.
   *
   * @return false when there is none
   * @throws IllegalStateException when the device gives back what it does not have
   */
  public boolean collect() {
    int ahead = ring.usedIndex() - usedIndex & INDEX_MASK;
    if (ahead == 0) {
      return false;
    }
    if (ahead > outstanding) {
      throw new IllegalStateException(
          "the device used %d chains; outstanding are %d".formatted(ahead, outstanding));
    }
    int head = ring.usedHead(usedIndex & mask);
    if (head < 0 || head > mask || taken[head] == 0) {
      throw new IllegalStateException(
          "the device used chain %d, which is not outstanding".formatted(head));
    }
    collectedHead = head;
    collectedLength = ring.usedLength(usedIndex & mask);
    usedIndex = usedIndex + 1 & INDEX_MASK;
    release(head);
    if (eventIndex && callsWanted) {
      ring.usedEvent(usedIndex);
    }
    return true;
  }

  private void release(int head) {
    int last = head;
    for (int i = 1; i < taken[head]; i++) {
      last = next[last];
    }
    next[last] = firstFree;
    firstFree = head;
    free += taken[head];
    taken[head] = 0;
    outstanding--;
  }

  /** Head of the chain that was collected last. */
  public int head() {
    return collectedHead;
  }

  /** Bytes that the device wrote into the chain that was collected last. */
  public int length() {
    return collectedLength;
  }

  /**
   * Asks for calls, or for none.
   *
   * @return whether used chains are there already, so that one must not sleep
   */
  public boolean calls(boolean wanted) {
    callsWanted = wanted;
    if (eventIndex) {
      ring.usedEvent(wanted ? usedIndex : usedIndex - 1);
    } else {
      ring.availableFlags(wanted ? 0 : SplitRing.NO_INTERRUPT);
    }
    VarHandle.fullFence();
    return ring.usedIndex() != usedIndex;
  }
}

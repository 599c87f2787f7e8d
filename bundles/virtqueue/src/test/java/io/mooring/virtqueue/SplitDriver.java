package io.mooring.virtqueue;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.virtio.RingFeature;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** The driver's side of a split ring (virtio 1.3, section 2.7). */
final class SplitDriver implements Driver {

  private final Guest guest;
  private final boolean events;
  private final boolean ordered;

  /** Free descriptors, in random order, or in ring order where the driver must use them so. */
  private final Deque<Integer> freeDescriptors = new ArrayDeque<>();

  private final int[][] descriptorsOfHead;
  private final int[] tokenOfHead;
  private final Deque<Integer> headsInOrder = new ArrayDeque<>();
  private final Deque<int[]> discovered = new ArrayDeque<>();

  private int availableIndex;
  private int exposedIndex;
  private int usedIndex;
  private int reapedLength;
  private Wish wish = Wish.ALWAYS;
  private int wishedIndex;

  /**
   * @param start both indices, as after so many chains
   */
  SplitDriver(Guest guest, Random random, int start) {
    this.guest = guest;
    events = RingFeature.EVENT_IDX.in(guest.features);
    ordered = RingFeature.IN_ORDER.in(guest.features);
    descriptorsOfHead = new int[guest.size][];
    tokenOfHead = new int[guest.size];
    for (int i = 0; i < guest.size; i++) {
      if (ordered || random.nextBoolean()) {
        freeDescriptors.addLast(i);
      } else {
        freeDescriptors.addFirst(i);
      }
    }
    availableIndex = start;
    exposedIndex = start;
    usedIndex = start;
    guest.availableIndex(start);
    HostMemory.putShort(guest.host(Guest.GUEST + Guest.USED + 2), start);
    wish(Wish.ALWAYS, 0);
  }

  @Override
  public int free() {
    return freeDescriptors.size();
  }

  @Override
  public int outstanding() {
    return headsInOrder.size();
  }

  @Override
  public void add(int token, List<Buffer> buffers, long table) {
    boolean indirect = table != 0;
    int count = indirect ? 1 : buffers.size();
    int[] taken = new int[count];
    for (int i = 0; i < count; i++) {
      taken[i] = freeDescriptors.removeFirst();
    }
    if (indirect) {
      for (int i = 0; i < buffers.size(); i++) {
        boolean last = i == buffers.size() - 1;
        Buffer buffer = buffers.get(i);
        guest.descriptorAt(
            table + 16L * i,
            buffer.address(),
            buffer.length(),
            flags(buffer, last),
            last ? 0 : i + 1);
      }
      guest.descriptor(taken[0], table, 16 * buffers.size(), Guest.INDIRECT, 0);
    } else {
      for (int i = 0; i < count; i++) {
        boolean last = i == count - 1;
        Buffer buffer = buffers.get(i);
        guest.descriptor(
            taken[i],
            buffer.address(),
            buffer.length(),
            flags(buffer, last),
            last ? 0 : taken[i + 1]);
      }
    }
    int head = taken[0];
    descriptorsOfHead[head] = taken;
    tokenOfHead[head] = token;
    headsInOrder.addLast(head);
    HostMemory.putShort(
        guest.host(Guest.GUEST + Guest.AVAILABLE + 4 + 2L * (availableIndex % guest.size)), head);
    availableIndex = (availableIndex + 1) & 0xffff;
  }

  private static int flags(Buffer buffer, boolean last) {
    return (buffer.writable() ? Guest.WRITE : 0) | (last ? 0 : Guest.NEXT);
  }

  @Override
  public boolean expose() {
    guest.availableIndex(availableIndex);
    boolean kick = false;
    int event = guest.availableEvent();
    for (int each = exposedIndex; each != availableIndex; each = (each + 1) & 0xffff) {
      kick |= events ? each == event : guest.notifyFlag() == 0;
    }
    exposedIndex = availableIndex;
    return kick;
  }

  @Override
  public void wish(Wish wanted, int ahead) {
    // With events all is said by one: "always" is at the next entry, "never" one just passed.
    wish = events ? Wish.AT_EVENT : wanted == Wish.NEVER ? Wish.NEVER : Wish.ALWAYS;
    int distance =
        switch (wanted) {
          case NEVER -> -1;
          case ALWAYS -> 0;
          case AT_EVENT -> ahead;
        };
    wishedIndex = (usedIndex + distance) & 0xffff;
    if (events) {
      guest.usedEvent(wishedIndex);
    } else {
      guest.interruptFlag(wanted == Wish.NEVER ? 1 : 0);
    }
  }

  @Override
  public boolean discover() {
    boolean call = false;
    int end = guest.usedIndex();
    while (usedIndex != end) {
      int last = guest.usedHead(usedIndex);
      int length = guest.usedLength(usedIndex);
      int head;
      do {
        // In order, one entry may stand for a batch that ends with its head.
        head = ordered ? headsInOrder.removeFirst() : last;
        assertTrue(ordered || headsInOrder.remove(last), () -> "used twice: head " + last);
        discovered.add(new int[] {head, head == last ? length : -1});
        call |= wish == Wish.AT_EVENT ? usedIndex == wishedIndex : wish == Wish.ALWAYS;
        usedIndex = (usedIndex + 1) & 0xffff;
      } while (head != last && usedIndex != end);
    }
    return call;
  }

  @Override
  public int reap() {
    if (discovered.isEmpty()) {
      return -1;
    }
    int[] used = discovered.removeFirst();
    for (int each : descriptorsOfHead[used[0]]) {
      freeDescriptors.addLast(each);
    }
    reapedLength = used[1];
    return tokenOfHead[used[0]];
  }

  @Override
  public int length() {
    return reapedLength;
  }
}

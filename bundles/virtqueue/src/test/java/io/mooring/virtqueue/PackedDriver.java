package io.mooring.virtqueue;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.virtio.RingFeature;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** The driver's side of a packed ring (virtio 1.3, section 2.8). */
final class PackedDriver implements Driver {

  /** A place in the ring: a slot and the wrap counter there. */
  private static final class Cursor {
    private int slot;
    private boolean wrap;

    Cursor(int slot, boolean wrap) {
      this.slot = slot;
      this.wrap = wrap;
    }

    void step(int size) {
      slot++;
      if (slot == size) {
        slot = 0;
        wrap = !wrap;
      }
    }
  }

  private final Guest guest;
  private final PackedSlots slots;
  private final boolean events;
  private final boolean ordered;
  private final Deque<Integer> freeIds = new ArrayDeque<>();
  private final int[] tokenOfId;
  private final int[] slotsOfId;
  private final Deque<Integer> idsInOrder = new ArrayDeque<>();
  private final Deque<int[]> discovered = new ArrayDeque<>();
  private final Deque<Integer> unexposedHeads = new ArrayDeque<>();
  private final Deque<Integer> unexposedFlags = new ArrayDeque<>();

  private final Cursor available;
  private final Cursor exposed;
  private final Cursor used;
  private int freeSlots;
  private int reapedLength;
  private Wish wish = Wish.ALWAYS;
  private final Cursor wished = new Cursor(0, true);

  /**
   * @param base where the ring begins, as SET_VRING_BASE tells it
   */
  PackedDriver(Guest guest, Random random, int base) {
    this.guest = guest;
    slots = new PackedSlots(guest);
    events = RingFeature.EVENT_IDX.in(guest.features);
    ordered = RingFeature.IN_ORDER.in(guest.features);
    tokenOfId = new int[guest.size];
    slotsOfId = new int[guest.size];
    for (int i = 0; i < guest.size; i++) {
      if (random.nextBoolean()) {
        freeIds.addLast(i);
      } else {
        freeIds.addFirst(i);
      }
    }
    freeSlots = guest.size;
    int start = base & 0x7fff;
    boolean wrap = (base & 0x8000) != 0;
    available = new Cursor(start, wrap);
    exposed = new Cursor(start, wrap);
    used = new Cursor(start, wrap);
    for (int i = 0; i < guest.size; i++) {
      // As after many laps: every slot was used, those before the start in this lap.
      boolean lap = wrap == i < start;
      slots.put(i, 0, 0, 0, lap ? PackedSlots.AVAILABLE | PackedSlots.USED : 0);
    }
    wish(Wish.ALWAYS, 0);
  }

  @Override
  public int free() {
    return freeSlots;
  }

  @Override
  public int outstanding() {
    return idsInOrder.size();
  }

  @Override
  public void add(int token, List<Buffer> buffers, long table) {
    boolean indirect = table != 0;
    int id = freeIds.removeFirst();
    if (indirect) {
      for (int i = 0; i < buffers.size(); i++) {
        Buffer buffer = buffers.get(i);
        slots.putAt(
            table + 16L * i,
            buffer.address(),
            buffer.length(),
            0xdead,
            buffer.writable() ? Guest.WRITE : 0);
      }
      put(table, 16 * buffers.size(), id, Guest.INDIRECT, true);
    } else {
      for (int i = 0; i < buffers.size(); i++) {
        Buffer buffer = buffers.get(i);
        boolean last = i == buffers.size() - 1;
        int flags = (buffer.writable() ? Guest.WRITE : 0) | (last ? 0 : Guest.NEXT);
        put(buffer.address(), buffer.length(), last ? id : 0xbeef, flags, i == 0);
      }
    }
    tokenOfId[id] = token;
    slotsOfId[id] = indirect ? 1 : buffers.size();
    freeSlots -= slotsOfId[id];
    idsInOrder.addLast(id);
  }

  private void put(long address, int length, int id, int flags, boolean first) {
    int all = flags | (available.wrap ? PackedSlots.AVAILABLE : PackedSlots.USED);
    if (first) {
      // The first descriptor's flags make the list visible, so they come later.
      slots.put(available.slot, address, length, id, slots.flags(available.slot));
      unexposedHeads.addLast(available.slot);
      unexposedFlags.addLast(all);
    } else {
      slots.put(available.slot, address, length, id, all);
    }
    available.step(guest.size);
  }

  @Override
  public boolean expose() {
    while (!unexposedHeads.isEmpty()) {
      // From the last list to the first: the device must not depend on seeing them grow.
      slots.flags(unexposedHeads.removeLast(), unexposedFlags.removeLast());
    }
    boolean kick = false;
    while (exposed.slot != available.slot || exposed.wrap != available.wrap) {
      kick |=
          switch (slots.deviceEventFlags()) {
            case PackedSlots.ENABLE -> true;
            case PackedSlots.AT_DESCRIPTOR ->
                exposed.slot == slots.deviceEventOffset()
                    && exposed.wrap == (slots.deviceEventWrap() == 1);
            default -> false;
          };
      exposed.step(guest.size);
    }
    return kick;
  }

  @Override
  public void wish(Wish wanted, int ahead) {
    wish = wanted == Wish.AT_EVENT && !events ? Wish.ALWAYS : wanted;
    wished.slot = used.slot;
    wished.wrap = used.wrap;
    for (int i = 0; i < ahead; i++) {
      wished.step(guest.size);
    }
    slots.driverEvent(
        wished.slot,
        wished.wrap ? 1 : 0,
        switch (wish) {
          case NEVER -> PackedSlots.DISABLE;
          case ALWAYS -> PackedSlots.ENABLE;
          case AT_EVENT -> PackedSlots.AT_DESCRIPTOR;
        });
  }

  @Override
  public boolean discover() {
    boolean call = false;
    while (isUsed()) {
      int last = slots.id(used.slot);
      // The length means something only where something was written.
      int length = (slots.flags(used.slot) & Guest.WRITE) == 0 ? 0 : slots.length(used.slot);
      int id;
      do {
        id = ordered ? idsInOrder.removeFirst() : last;
        assertTrue(ordered || idsInOrder.remove(last), () -> "used twice: id " + last);
        discovered.add(new int[] {id, id == last ? length : -1});
        call |= pass(slotsOfId[id]);
      } while (id != last);
    }
    return call;
  }

  /** Whether the device's part of the ring holds a used descriptor where the next one comes. */
  private boolean isUsed() {
    int flags = slots.flags(used.slot);
    return !idsInOrder.isEmpty()
        && (flags & PackedSlots.AVAILABLE) != 0 == used.wrap
        && (flags & PackedSlots.USED) != 0 == used.wrap;
  }

  private boolean pass(int count) {
    boolean call = false;
    for (int i = 0; i < count; i++) {
      call |=
          switch (wish) {
            case NEVER -> false;
            case ALWAYS -> true;
            case AT_EVENT -> used.slot == wished.slot && used.wrap == wished.wrap;
          };
      used.step(guest.size);
    }
    return call;
  }

  @Override
  public int reap() {
    if (discovered.isEmpty()) {
      return -1;
    }
    int[] each = discovered.removeFirst();
    freeIds.addLast(each[0]);
    freeSlots += slotsOfId[each[0]];
    reapedLength = each[1];
    return tokenOfId[each[0]];
  }

  @Override
  public int length() {
    return reapedLength;
  }
}

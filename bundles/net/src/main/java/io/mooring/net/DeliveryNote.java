package io.mooring.net;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.virtqueue.Virtqueue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What a switch is just delivering, in memory that outlives the process. Frames are the receiver's
 * when its used index moves, and their buffers are the sender's again when its own does; a process
 * that is killed between the two leaves to the next one frames that would arrive twice. So before
 * the first of the two, a note says of which burst they are and where the receiver's ring was: the
 * next process sees from the ring whether they arrived ({@link Aftermath}).
 *
 * <p>A burst and a run of it are a word each, written at once, in such an order that both are true
 * of any instruction at which the process may be killed. A ring's position is 16 bits of what
 * GET_VRING_BASE would answer. Ports have slots, because they have other numbers in every process.
 * One worker uses it.
 */
final class DeliveryNote {

  /** The slot of who has none: what it sends or gets is not noted. */
  static final int NO_SLOT = -1;

  private static final long MAGIC = 0x3165_746f_4e76_6f4dL;

  // The memory: whose it is, the two words in a cache line of their own, and the slots.
  private static final int MAGIC_AT = 0;
  private static final int WRITER_AT = 8;
  private static final int BURST_AT = 64;
  private static final int RUN_AT = 72;
  private static final int SLOTS_AT = 128;
  private static final int SLOT_BYTES = 128;

  // A slot: its state, the length of its port's name, and the name.
  private static final int NAME_LENGTH_AT = 1;
  private static final int NAME_AT = 2;
  private static final byte FREE = 0;
  private static final byte DOWN = 1;
  private static final byte UP = 2;

  private static final int POSITION = 0xffff;

  /** Bytes of memory, with a slot for each port that a switch may have. */
  static final int BYTES = SLOTS_AT + Switch.MAX_PORTS * SLOT_BYTES;

  /**
   * A burst that a sender's queue has not given back.
   *
   * @param position where the queue was
   */
  record Burst(int slot, int queue, int position) {

    private static final long THERE = 1L << 63;

    private static Burst of(long word) {
      return new Burst(
          (int) (word >>> 32) & 0x7fff, (int) (word >>> 16) & POSITION, (int) word & POSITION);
    }
  }

  /**
   * A run of frames of that burst that goes to one queue.
   *
   * @param before so many frames of the burst are done with
   * @param after so many are when the run has arrived
   * @param position where the receiver's queue is if it has not
   */
  record Run(int before, int after, int slot, int queue, int position) {

    private static Run of(long word) {
      return new Run(
          (int) (word >>> 56) & 0xff,
          (int) (word >>> 48) & 0xff,
          (int) (word >>> 32) & 0x7fff,
          (int) (word >>> 16) & POSITION,
          (int) word & POSITION);
    }
  }

  private final MemorySegment memory;
  private final int slots;
  private final long burst;
  private final long run;
  private boolean noting;
  private boolean shared;

  /**
   * @param memory {@link #BYTES} of it, eight-byte aligned
   */
  DeliveryNote(MemorySegment memory) {
    this.memory = memory;
    slots = (int) (memory.byteSize() - SLOTS_AT) / SLOT_BYTES;
    burst = memory.address() + BURST_AT;
    run = memory.address() + RUN_AT;
  }

  /** The one of no ports. */
  static DeliveryNote forgotten() {
    return new DeliveryNote(Arena.ofAuto().allocate(SLOTS_AT, 64));
  }

  /** One that nobody will read, and that is written all the same: by code as in use. */
  static DeliveryNote unread() {
    return new DeliveryNote(Arena.ofAuto().allocate(BYTES, 64));
  }

  /** Whether it is one, whoever wrote it; otherwise it is to be made anew. */
  boolean valid() {
    return memory.get(ValueLayout.JAVA_LONG, MAGIC_AT) == MAGIC;
  }

  /** Whose it is: the process's number and when it began. */
  long writer() {
    return memory.get(ValueLayout.JAVA_LONG, WRITER_AT);
  }

  /** Becomes the same as another one. */
  void copy(DeliveryNote other) {
    memory.copyFrom(other.memory);
  }

  /** Empties it. */
  void clear() {
    memory.fill((byte) 0);
  }

  /** Another process writes it from now on. */
  void writer(long process) {
    memory.set(ValueLayout.JAVA_LONG, WRITER_AT, process);
    memory.set(ValueLayout.JAVA_LONG, MAGIC_AT, MAGIC);
  }

  /** The burst that was not given back. */
  Burst burst() {
    return Burst.of(HostMemory.getLong(burst));
  }

  /** Its run that was on its way last. */
  Run run() {
    return Run.of(HostMemory.getLong(run));
  }

  /** Whether a burst was under way. */
  boolean underWay() {
    return (HostMemory.getLong(burst) & Burst.THERE) != 0;
  }

  /** A sender's queue has given a burst, and nothing of it has been delivered. */
  void begin(int slot, int queue, int position) {
    noting = slot != NO_SLOT;
    if (noting) {
      HostMemory.putLongRelease(run, 0);
      HostMemory.putLongRelease(
          burst, Burst.THERE | (long) slot << 32 | (long) queue << 16 | (position & POSITION));
    }
  }

  /** Frames go to more receivers than the next one: they are not done with when it has them. */
  void shared(boolean now) {
    shared = now;
  }

  /** The next is that a receiver gets frames of the burst. */
  void run(int before, int after, int slot, int queue, int position) {
    if (noting) {
      HostMemory.putLongRelease(
          run,
          (long) before << 56
              | (long) (shared ? before : after) << 48
              | (slot & 0x7fffL) << 32
              | (long) queue << 16
              | (position & POSITION));
    }
  }

  /** The burst was given back, or is not to be. */
  void end() {
    if (noting) {
      HostMemory.putLongRelease(burst, 0);
      noting = false;
    }
  }

  /** A queue's position, as notes have it. */
  static int position(Virtqueue queue, boolean packed) {
    // The used half: chains that an inflight region still held are before the other.
    return packed ? queue.base() >>> Short.SIZE : queue.base();
  }

  private long at(int slot) {
    return SLOTS_AT + (long) slot * SLOT_BYTES;
  }

  private byte state(int slot) {
    return memory.get(ValueLayout.JAVA_BYTE, at(slot));
  }

  private void state(int slot, byte state) {
    memory.set(ValueLayout.JAVA_BYTE, at(slot), state);
  }

  /** A port's slot, which it keeps until it leaves it. */
  int enter(String port) {
    byte[] name = port.getBytes(StandardCharsets.UTF_8);
    if (name.length > SLOT_BYTES - NAME_AT) {
      return NO_SLOT;
    }
    int free = NO_SLOT;
    for (int slot = slots - 1; slot >= 0; slot--) {
      if (state(slot) == FREE) {
        free = slot;
      } else if (name(slot).equals(port)) {
        return slot;
      }
    }
    if (free != NO_SLOT) {
      memory.set(ValueLayout.JAVA_BYTE, at(free) + NAME_LENGTH_AT, (byte) name.length);
      MemorySegment.copy(name, 0, memory, ValueLayout.JAVA_BYTE, at(free) + NAME_AT, name.length);
      state(free, DOWN);
    }
    return free;
  }

  /** The port in a slot. */
  String name(int slot) {
    int length = Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, at(slot) + NAME_LENGTH_AT));
    byte[] name = new byte[Math.min(length, SLOT_BYTES - NAME_AT)];
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at(slot) + NAME_AT, name, 0, name.length);
    return new String(name, StandardCharsets.UTF_8);
  }

  /** A port can get frames from now on, or cannot. */
  void up(int slot, boolean now) {
    if (slot != NO_SLOT) {
      state(slot, now ? UP : DOWN);
    }
  }

  /** The ports that could get frames last. */
  List<Integer> up() {
    List<Integer> there = new ArrayList<>();
    for (int slot = 0; slot < slots; slot++) {
      if (state(slot) == UP) {
        there.add(slot);
      }
    }
    return there;
  }

  /** Keeps the slots of these only. */
  void keep(List<Integer> these) {
    for (int slot = 0; slot < slots; slot++) {
      if (!these.contains(slot)) {
        state(slot, FREE);
      }
    }
  }

  /** A port leaves its slot. */
  void leave(int slot) {
    if (slot != NO_SLOT) {
      state(slot, FREE);
    }
  }
}

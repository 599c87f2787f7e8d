package io.mooring.frontend;

import io.mooring.frontend.DriverRing.Segment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The device's side of a split ring, as plain as the specification tells it. */
final class ModelQueue {

  record Chain(int head, List<Segment> readable, List<Segment> writable) {

    int writableBytes() {
      return writable.stream().mapToInt(Segment::length).sum();
    }
  }

  private final ModelMemory memory;
  private final int size;
  private final long descriptors;
  private final long available;
  private final long used;
  private int taken;
  private int usedIndex;

  /** Addresses are guest addresses. */
  ModelQueue(ModelMemory memory, int size, long descriptors, long used, long available, int base) {
    this.memory = memory;
    this.size = size;
    this.descriptors = descriptors;
    this.available = available;
    this.used = used;
    taken = base;
    usedIndex = memory.unsignedShort(used + 2);
  }

  static ModelQueue of(ModelMemory memory, SplitRing ring) {
    return new ModelQueue(
        memory, ring.size(), ring.descriptors(), ring.used(), ring.available(), 0);
  }

  int base() {
    return taken;
  }

  int waiting() {
    return memory.unsignedShort(available + 2) - taken & 0xffff;
  }

  Optional<Chain> take() {
    if (waiting() == 0) {
      return Optional.empty();
    }
    int head = memory.unsignedShort(available + 4 + 2L * (taken % size));
    taken = taken + 1 & 0xffff;
    Chain chain = new Chain(head, new ArrayList<>(), new ArrayList<>());
    follow(descriptors, head, size, chain);
    return Optional.of(chain);
  }

  private void follow(long table, int first, int entries, Chain into) {
    int index = first;
    for (int i = 0; i < entries; i++) {
      if (index >= entries) {
        throw new AssertionError("descriptor " + index + " of " + entries);
      }
      ByteBuffer descriptor = memory.read(table + 16L * index, 16);
      long address = descriptor.getLong();
      int length = descriptor.getInt();
      int flags = descriptor.getShort();
      int next = Short.toUnsignedInt(descriptor.getShort());
      if ((flags & 4) != 0) {
        follow(address, 0, length / 16, into);
      } else if ((flags & 2) != 0) {
        into.writable().add(new Segment(address, length));
      } else if (into.writable().isEmpty()) {
        into.readable().add(new Segment(address, length));
      } else {
        throw new AssertionError("readable segment after a writable one");
      }
      if ((flags & 1) == 0) {
        return;
      }
      index = next;
    }
    throw new AssertionError("chain of more than " + entries);
  }

  byte[] read(Chain chain) {
    ByteBuffer all = ByteBuffer.allocate(chain.readable().stream().mapToInt(Segment::length).sum());
    chain.readable().forEach(each -> all.put(memory.read(each.guestAddress(), each.length())));
    return all.array();
  }

  /** Writes as much as the chain takes. */
  int write(Chain chain, byte... bytes) {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    for (Segment each : chain.writable()) {
      byte[] part = new byte[Math.min(each.length(), left.remaining())];
      left.get(part);
      memory.write(each.guestAddress(), part);
    }
    return left.position();
  }

  void use(int head, int written) {
    long element = used + 4 + 8L * (usedIndex % size);
    memory.putInt(element, head);
    memory.putInt(element + 4, written);
    usedIndex = usedIndex + 1 & 0xffff;
    memory.putShort(used + 2, usedIndex);
  }

  /** Whether a call is due for used chains since an index (without EVENT_IDX: by the flag). */
  boolean callDue(int since, boolean eventIndex) {
    if (!eventIndex) {
      return memory.unsignedShort(available) == 0;
    }
    int event = memory.unsignedShort(available + 4 + 2L * size);
    return (usedIndex - event - 1 & 0xffff) < (usedIndex - since & 0xffff);
  }

  int usedIndex() {
    return usedIndex;
  }

  void wantKicks(boolean wanted) {
    memory.putShort(used, wanted ? 0 : 1);
  }

  void kickAt(int index) {
    memory.putShort(used + 4 + 8L * size, index);
  }
}

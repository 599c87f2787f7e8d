package io.mooring.acceptance;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.acceptance.rig.BadPort;
import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.Lab;
import io.mooring.api.protocol.Request;
import io.mooring.api.virtio.RingFeature;
import io.mooring.frontend.Client;
import io.mooring.frontend.FrontEnd;
import io.mooring.frontend.GuestRam;
import io.mooring.frontend.SplitRing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Every number that a ring has, at its limit and beyond, and indirect tables of every bad shape,
 * offered to the transmit queue of a running Mooring. HostileDriverTest and HostilePackedDriverTest
 * have the same and random ones without one.
 */
final class RingLimitsTest extends BadPortTest {

  private static final int NEXT = SplitRing.NEXT;
  private static final int WRITE = SplitRing.WRITE;
  private static final int INDIRECT = SplitRing.INDIRECT;

  /** A packed ring's descriptor is offered in the first lap. */
  private static final int OFFERED = 1 << 7;

  /** And used. */
  private static final int USED_FLAG = 1 << 15;

  private static final int FLAGS = 14;
  private static final int FIRST_LAP = 0x8000_8000;

  private static final int SIZE = 256;
  private static final int BLOCK = 1 << 20;
  private static final long NOWHERE = 0x7fff_0000_0000L;

  /** Where buffers and tables are, and where memory ends. */
  private static final long BUFFER = GuestRam.FIRST + BLOCK / 2;

  private static final long TABLE = GuestRam.FIRST + BLOCK / 4;
  private static final long END = GuestRam.FIRST + BLOCK;

  /** Where the ring is; a packed one has its events at the others' places. */
  private static final long RING = GuestRam.FIRST;

  private static final long AVAILABLE = RING + 4096;
  private static final long USED = RING + 8192;

  /** A descriptor: of the ring's own, or of the table that its first one has. */
  private record Descriptor(long address, int length, int flags, int next) {}

  /** The ring's first descriptors, and those of a table at {@link #TABLE}. */
  private record Shape(String name, List<Descriptor> ring, List<Descriptor> table) {}

  private static Shape chain(String name, Descriptor... ring) {
    return new Shape(name, List.of(ring), List.of());
  }

  private static Shape table(String name, int bytes, int flags, Descriptor... table) {
    Descriptor first = new Descriptor(TABLE, bytes, INDIRECT | flags, 0);
    return new Shape(name, List.of(first), List.of(table));
  }

  private static Descriptor buffer(int flags, int next) {
    return new Descriptor(BUFFER, 64, flags, next);
  }

  /** Of both formats; a packed ring takes no notice of next. */
  private static final List<Shape> ANY_RING =
      List.of(
          chain("a buffer beyond memory", new Descriptor(END, 1, 0, 0)),
          chain("a buffer before memory", new Descriptor(GuestRam.FIRST - 1, 2, 0, 0)),
          chain("a byte beyond memory", new Descriptor(END - 64, 65, 0, 0)),
          chain("a buffer nowhere", new Descriptor(NOWHERE, 64, 0, 0)),
          chain("an address that wraps", new Descriptor(-1, 64, 0, 0)),
          chain("a length of 2 GiB", new Descriptor(BUFFER, Integer.MIN_VALUE, 0, 0)),
          chain("the longest length", new Descriptor(BUFFER, -1, 0, 0)),
          chain("a readable buffer last", buffer(WRITE | NEXT, 1), buffer(0, 0)),
          table("a table of nothing", 0, 0),
          table("a table of a byte", 1, 0),
          table("a table short of a byte", 15, 0, buffer(0, 0)),
          table("a table with a byte more", 17, 0, buffer(0, 0)),
          table("a table of too many", 16 * 1025, 0, buffer(0, 0)),
          table("a table of 4 GiB", -16, 0, buffer(0, 0)),
          table("a table that goes on", 16, NEXT, buffer(0, 0)),
          table("a table with a buffer nowhere", 16, 0, new Descriptor(NOWHERE, 1, 0, 0)),
          chain("a table nowhere", new Descriptor(NOWHERE, 16, INDIRECT, 0)),
          chain("a table half beyond memory", new Descriptor(END - 8, 16, INDIRECT, 0)),
          chain("a table that wraps", new Descriptor(-8, 16, INDIRECT, 0)));

  /** The tables of packed rings have no other flag than WRITE, and no links. */
  private static final List<Shape> SPLIT_RING =
      List.of(
          table("a table in a table", 16, 0, new Descriptor(TABLE, 16, INDIRECT, 0)),
          chain("a loop", buffer(NEXT, 0)),
          chain("a next beyond the ring", buffer(NEXT, SIZE)),
          chain("the largest next", buffer(NEXT, 0xffff)),
          table("a loop in a table", 32, 0, buffer(NEXT, 1), buffer(NEXT, 0)),
          table("a next beyond the table", 32, 0, buffer(NEXT, 2), buffer(0, 0)),
          table("the largest next in a table", 32, 0, buffer(NEXT, 0xffff)));

  /** Of no use to anybody, and no fault either. */
  private static final List<Shape> USELESS =
      List.of(
          chain("a buffer of nothing", new Descriptor(BUFFER, 0, 0, 0)),
          chain("nothing at the end of memory", new Descriptor(END, 0, 0, 0)),
          chain("a byte", new Descriptor(END - 1, 1, 0, 0)),
          chain("a buffer to write only", buffer(WRITE, 0)),
          table("a table of nothing to read", 16, 0, new Descriptor(BUFFER, 0, 0, 0)));

  @Test
  void wrongChainsInASplitRingEndTheConnection() throws IOException {
    for (Shape shape : ANY_RING) {
      assertEnds(shape, split(shape));
    }
    for (Shape shape : SPLIT_RING) {
      assertEnds(shape, split(shape));
    }
  }

  @Test
  void wrongChainsInAPackedRingEndTheConnection() throws IOException {
    for (Shape shape : ANY_RING) {
      assertEnds(shape, packed(shape));
    }
  }

  private static void assertEnds(Shape shape, FrontEnd frontEnd) {
    try (frontEnd) {
      BadPort.awaitEnd(frontEnd);
      bad.assertOneComplaint("queue 1");
    } catch (IOException | AssertionError failure) {
      throw new AssertionError("%s: %s".formatted(shape.name, failure.getMessage()), failure);
    }
  }

  @Test
  void uselessChainsAreCountedAndGivenBack() throws IOException {
    long before = dropped();
    for (Shape shape : USELESS) {
      try (FrontEnd frontEnd = split(shape)) {
        assertGivenBack(shape, frontEnd, USED + 2, 1);
      }
      try (FrontEnd frontEnd = packed(shape)) {
        assertGivenBack(shape, frontEnd, RING + FLAGS, OFFERED | USED_FLAG);
      }
    }
    assertEquals(before + 2L * USELESS.size(), dropped());
    bad.assertNoComplaint();
  }

  /** When the device has set bits in guest memory. */
  private static void assertGivenBack(Shape shape, FrontEnd frontEnd, long where, int bits) {
    Eventually.holds(
        shape.name + " is given back",
        BadPort.PATIENCE,
        () -> (shortAt(frontEnd, where) & bits) == bits,
        () -> "0x%x".formatted(shortAt(frontEnd, where)));
  }

  private static int shortAt(FrontEnd frontEnd, long where) {
    return ByteBuffer.wrap(frontEnd.ram().read(where, 2)).order(LITTLE_ENDIAN).getShort();
  }

  private static long dropped() {
    return bad.mooring().counter("bad", "from_guest_dropped_malformed");
  }

  @Test
  void headsBeyondTheRingEndTheConnection() throws IOException {
    for (int head : new int[] {SIZE, SIZE + 1, 0xffff}) {
      assertEnds("head " + head, head, 1);
    }
  }

  @Test
  void indicesTooFarAheadEndTheConnection() throws IOException {
    for (int index : new int[] {SIZE + 1, 0x8000, 0xffff}) {
      assertEnds("index " + index, 0, index);
    }
  }

  private static void assertEnds(String name, int head, int index) throws IOException {
    FrontEnd frontEnd = bad.frontEnd(0, 0);
    frontEnd.share(GuestRam.of(Lab.OS, 1, BLOCK));
    offer(frontEnd, head, index);
    assertEnds(new Shape(name, List.of(), List.of()), frontEnd);
  }

  private static FrontEnd split(Shape shape) throws IOException {
    FrontEnd frontEnd = bad.frontEnd(0, 0);
    frontEnd.share(GuestRam.of(Lab.OS, 1, BLOCK));
    fillTable(frontEnd, shape);
    for (int i = 0; i < shape.ring.size(); i++) {
      putSplit(frontEnd, RING + 16L * i, shape.ring.get(i));
    }
    offer(frontEnd, 0, 1);
    return frontEnd;
  }

  private static FrontEnd packed(Shape shape) throws IOException {
    FrontEnd frontEnd = bad.frontEnd(RingFeature.RING_PACKED.mask(), 0);
    frontEnd.share(GuestRam.of(Lab.OS, 1, BLOCK));
    fillTable(frontEnd, shape);
    for (int i = shape.ring.size() - 1; i >= 0; i--) {
      putPacked(frontEnd, RING + 16L * i, shape.ring.get(i), OFFERED);
    }
    run(frontEnd, FIRST_LAP);
    return frontEnd;
  }

  private static void fillTable(FrontEnd frontEnd, Shape shape) {
    boolean packed = RingFeature.RING_PACKED.in(frontEnd.features());
    for (int i = 0; i < shape.table.size(); i++) {
      Descriptor each = shape.table.get(i);
      if (packed) {
        putPacked(frontEnd, TABLE + 16L * i, each, 0);
      } else {
        putSplit(frontEnd, TABLE + 16L * i, each);
      }
    }
  }

  private static void putSplit(FrontEnd frontEnd, long where, Descriptor each) {
    ByteBuffer bytes = descriptor(each);
    bytes.putShort((short) each.flags).putShort((short) each.next);
    write(frontEnd, where, bytes);
  }

  /** In a packed ring's form: an id, and then the flags. */
  private static void putPacked(FrontEnd frontEnd, long where, Descriptor each, int more) {
    ByteBuffer bytes = descriptor(each);
    bytes.putShort((short) 0).putShort((short) (each.flags | more));
    write(frontEnd, where, bytes);
  }

  private static void write(FrontEnd frontEnd, long where, ByteBuffer filled) {
    byte[] bytes = new byte[filled.flip().remaining()];
    filled.get(bytes);
    frontEnd.ram().write(where, bytes);
  }

  private static ByteBuffer descriptor(Descriptor each) {
    return Client.payload(16).putLong(each.address).putInt(each.length);
  }

  /** Flags, index and first entry of a split ring's available ring, and then all is said. */
  private static void offer(FrontEnd frontEnd, int head, int index) throws IOException {
    ByteBuffer available = Client.payload(6).putShort((short) 0);
    available.putShort((short) index).putShort((short) head);
    write(frontEnd, AVAILABLE, available);
    run(frontEnd, 0);
  }

  private static void run(FrontEnd frontEnd, int base) throws IOException {
    BadPort.send(frontEnd, Request.SET_VRING_NUM, 1, SIZE);
    BadPort.send(frontEnd, Request.SET_VRING_BASE, 1, base);
    GuestRam ram = frontEnd.ram();
    ByteBuffer rings = Client.payload(40).putInt(1).putInt(0).putLong(ram.user(RING));
    rings.putLong(ram.user(USED)).putLong(ram.user(AVAILABLE)).putLong(0).flip();
    BadPort.send(frontEnd, Request.SET_VRING_ADDR, rings);
    BadPort.send(frontEnd, Request.SET_VRING_KICK, Client.u64(1), Lab.OS.eventfd());
    BadPort.send(frontEnd, Request.SET_VRING_ENABLE, 1, 1);
  }
}

package io.mooring.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.memory.Region;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.ToLongFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The table against a model that computes with numbers that cannot overflow. */
class MemoryTablePropertyTest {

  private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);

  /** A table and an access, most often near one of the table's edges. */
  record Access(List<MappedRegion> regions, long address, long length) {}

  @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
  void guestAddressesAreTranslatedAsTheModelDoes(@ForAll("guestAccesses") Access access) {
    assertEquals(
        model(access, Region::guestAddress),
        new MemoryTable(access.regions).guestToHost(access.address, access.length));
  }

  @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
  void userAddressesAreTranslatedAsTheModelDoes(@ForAll("userAccesses") Access access) {
    assertEquals(
        model(access, Region::userAddress),
        new MemoryTable(access.regions).userToHost(access.address, access.length));
  }

  @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
  void contiguousBytesEndWithTheRegion(@ForAll("guestAccesses") Access access) {
    MemoryTable table = new MemoryTable(access.regions);
    long contiguous = table.contiguous(access.address);
    BigInteger address = unsigned(access.address);
    BigInteger expected =
        access.regions.stream()
            .map(MappedRegion::region)
            .filter(each -> inside(address, each.guestAddress(), each.size()))
            .map(each -> end(each.guestAddress(), each.size()).subtract(address))
            .findFirst()
            .orElse(BigInteger.ZERO);
    assertEquals(expected.longValueExact(), contiguous);
  }

  @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
  void regionsAreAscending(@ForAll("guestAccesses") Access access) {
    List<MappedRegion> sorted = new MemoryTable(access.regions).regions();
    assertEquals(access.regions.size(), sorted.size());
    for (int i = 1; i < sorted.size(); i++) {
      BigInteger before = unsigned(sorted.get(i - 1).region().guestAddress());
      assertEquals(-1, before.compareTo(unsigned(sorted.get(i).region().guestAddress())));
    }
  }

  @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
  void regionsOverlapWhenTheyShareAByte(
      @ForAll("addresses") long first,
      @ForAll("sizes") long firstSize,
      @ForAll("addresses") long second,
      @ForAll("sizes") long secondSize) {
    if (wraps(first, firstSize) || wraps(second, secondSize)) {
      return;
    }
    boolean share =
        unsigned(first).compareTo(end(second, secondSize)) < 0
            && unsigned(second).compareTo(end(first, firstSize)) < 0;
    Region one = new Region(first, firstSize, 0, 0);
    Region other = new Region(second, secondSize, 0, 0);
    assertEquals(share, one.overlaps(other));
    assertEquals(share, other.overlaps(one));
  }

  private static long model(Access access, ToLongFunction<Region> start) {
    if (access.length < 0) {
      return MemoryTable.NONE;
    }
    BigInteger address = unsigned(access.address);
    BigInteger end = address.add(BigInteger.valueOf(access.length));
    for (MappedRegion mapped : access.regions) {
      long from = start.applyAsLong(mapped.region());
      if (inside(address, from, mapped.region().size())
          && end.compareTo(end(from, mapped.region().size())) <= 0) {
        return mapped.hostAddress() + address.subtract(unsigned(from)).longValueExact();
      }
    }
    return MemoryTable.NONE;
  }

  private static boolean inside(BigInteger address, long start, long size) {
    return address.compareTo(unsigned(start)) >= 0 && address.compareTo(end(start, size)) < 0;
  }

  private static BigInteger end(long start, long size) {
    return unsigned(start).add(BigInteger.valueOf(size));
  }

  private static boolean wraps(long start, long size) {
    return end(start, size).compareTo(TWO_64) >= 0;
  }

  private static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }

  @Provide
  Arbitrary<Long> addresses() {
    return Arbitraries.oneOf(
        Arbitraries.longs(),
        Arbitraries.longs().between(0, 64),
        Arbitraries.longs().between(-64, -1));
  }

  @Provide
  Arbitrary<Long> sizes() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(1, 64), Arbitraries.longs().between(1, Long.MAX_VALUE));
  }

  @Provide
  Arbitrary<Access> guestAccesses() {
    return accesses(Region::guestAddress);
  }

  @Provide
  Arbitrary<Access> userAccesses() {
    return accesses(Region::userAddress);
  }

  private static Arbitrary<Access> accesses(ToLongFunction<Region> start) {
    Arbitrary<Long> lengths =
        Arbitraries.oneOf(
            Arbitraries.of(0L, 1L, -1L, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 31, 1L << 32),
            Arbitraries.longs().between(0, 1 << 20),
            Arbitraries.longs());
    return Combinators.combine(
            tables(), Arbitraries.integers().between(0, 40), lengths, Arbitraries.longs())
        .as((regions, pick, length, wild) -> access(regions, start, pick, length, wild));
  }

  /** Picks an address at, just before or just after an edge, and a length that ends near one. */
  private static Access access(
      List<MappedRegion> regions, ToLongFunction<Region> start, int pick, long length, long wild) {
    if (regions.isEmpty() || pick > 35) {
      return new Access(regions, wild, length);
    }
    Region region = regions.get(pick % regions.size()).region();
    long from = start.applyAsLong(region);
    long address =
        switch (pick % 6) {
          case 0 -> from;
          case 1 -> from - 1;
          case 2 -> from + region.size();
          case 3 -> from + region.size() - 1;
          case 4 -> from + 1;
          default -> from + Long.remainderUnsigned(wild, region.size());
        };
    long rest = from + region.size() - address;
    return new Access(
        regions,
        address,
        switch (pick % 5) {
          case 0 -> rest;
          case 1 -> rest - 1;
          case 2 -> rest + 1;
          default -> length;
        });
  }

  private static Arbitrary<List<MappedRegion>> tables() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 8),
            Arbitraries.of(0L, 0x10_0000L, Long.MAX_VALUE - 4096, -(1L << 40)),
            Arbitraries.longs())
        .as(MemoryTablePropertyTest::table);
  }

  /** Regions that do not overlap, some adjacent, in any order, from an address on. */
  private static List<MappedRegion> table(int count, long lowest, long seed) {
    Random random = new Random(seed);
    List<MappedRegion> regions = new ArrayList<>();
    long guest = lowest;
    long user = 0x7f00_0000_0000L + random.nextInt(1000);
    for (int i = 0; i < count; i++) {
      long size = 1L + random.nextInt(1 << 24);
      long host = (i + 1L) << 32;
      regions.add(new MappedRegion(new Region(guest, size, user, 0), MemorySegment.NULL, host, -1));
      guest += size + (random.nextBoolean() ? 0 : random.nextInt(100));
      user += size + (random.nextBoolean() ? 0 : random.nextInt(100));
    }
    Collections.shuffle(regions, random);
    return regions;
  }
}

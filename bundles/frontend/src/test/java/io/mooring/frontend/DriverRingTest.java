package io.mooring.frontend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.virtio.RingFeature;
import io.mooring.frontend.DriverRing.Segment;
import io.mooring.frontend.ModelQueue.Chain;
import io.mooring.linux.LinuxOs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The driver's ring against a device that does as the specification says, and ones that do not. */
final class DriverRingTest {

  private static final long MODERN =
      RingFeature.VERSION_1.mask()
          | RingFeature.EVENT_IDX.mask()
          | RingFeature.INDIRECT_DESC.mask();
  private static final List<Segment> NOTHING = List.of();

  private interface Scenario {
    void play(DriverRing driver, ModelQueue device, GuestRam ram) throws IOException;
  }

  private static void play(int size, long features, Scenario scenario) throws IOException {
    LinuxOs os = new LinuxOs();
    try (GuestRam ram = GuestRam.of(os, 4, 1 << 18)) {
      ModelMemory memory = ModelMemory.of(os, ram);
      try {
        DriverRing driver = new DriverRing(ram, size, features);
        scenario.play(driver, ModelQueue.of(memory, driver.memory()), ram);
      } finally {
        memory.close();
      }
    }
  }

  @Property(tries = 60)
  void everyChainArrivesAsItWasAddedAndComesBack(
      @ForAll boolean modern, @ForAll @IntRange(min = 1, max = 7) int sizeBits, @ForAll long seed)
      throws IOException {
    play(
        1 << sizeBits,
        modern ? MODERN : 0,
        (driver, device, ram) -> exchangeAtRandom(driver, device, modern, new Random(seed)));
  }

  /** Adds, uses out of order and collects at random, over the wrap of the 16-bit indices. */
  private static void exchangeAtRandom(
      DriverRing driver, ModelQueue device, boolean indirect, Random random) {
    int size = driver.memory().size();
    List<Chain> expected = new ArrayList<>();
    List<Chain> held = new ArrayList<>();
    List<Chain> used = new ArrayList<>();
    for (int turn = 0; turn < 500; turn++) {
      int readable = random.nextInt(3);
      int writable = random.nextInt(3) + (readable == 0 ? 1 : 0);
      List<Segment> read = segments(readable, random);
      List<Segment> write = segments(writable, random);
      boolean fits = read.size() + write.size() <= size;
      if (fits) {
        int head =
            indirect && random.nextBoolean()
                ? driver.addIndirect(read, write)
                : driver.add(read, write);
        if (head >= 0) {
          expected.add(new Chain(head, read, write));
        }
      }
      driver.publish();
      while (random.nextInt(4) != 0 && device.waiting() > 0) {
        Chain got = device.take().orElseThrow();
        assertEquals(expected.removeFirst(), got);
        held.add(got);
      }
      while (random.nextInt(3) != 0 && !held.isEmpty()) {
        Chain done = held.remove(random.nextInt(held.size()));
        device.use(done.head(), done.head() * 3);
        used.add(done);
      }
      while (random.nextInt(3) != 0 && !used.isEmpty()) {
        assertTrue(driver.collect());
        assertEquals(used.removeFirst().head(), driver.head());
        assertEquals(driver.head() * 3, driver.length());
      }
    }
    assertEquals(expected.size() + held.size() + used.size(), driver.outstanding());
  }

  private static List<Segment> segments(int count, Random random) {
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      segments.add(new Segment(random.nextLong(), 1 + random.nextInt(65536)));
    }
    return segments;
  }

  @Test
  void indicesWrapWithoutAnyoneNoticing() throws IOException {
    play(
        4,
        MODERN,
        (driver, device, ram) -> {
          for (int i = 0; i < 70_000; i++) {
            int head = driver.add(List.of(new Segment(i, 1)), NOTHING);
            driver.publish();
            assertEquals(i, device.take().orElseThrow().readable().getFirst().guestAddress());
            device.use(head, 0);
            assertTrue(driver.collect());
          }
          assertEquals(70_000 & 0xffff, driver.availableIndex());
          assertEquals(4, driver.free());
        });
  }

  @Test
  void aFullRingTakesNoMore() throws IOException {
    play(
        4,
        0,
        (driver, device, ram) -> {
          List<Segment> three = List.of(new Segment(1, 1), new Segment(2, 1), new Segment(3, 1));
          assertTrue(driver.add(three, NOTHING) >= 0);
          assertEquals(-1, driver.add(NOTHING, three));
          assertEquals(1, driver.free());
          assertTrue(driver.add(List.of(new Segment(4, 1)), NOTHING) >= 0);
          assertEquals(0, driver.free());
        });
  }

  @Test
  void withoutEventIndexTheUsedFlagDecidesOnKicks() throws IOException {
    play(
        8,
        RingFeature.VERSION_1.mask(),
        (driver, device, ram) -> {
          driver.add(List.of(new Segment(1, 1)), NOTHING);
          assertTrue(driver.publish());
          device.wantKicks(false);
          driver.add(List.of(new Segment(1, 1)), NOTHING);
          assertFalse(driver.publish());
          assertFalse(driver.publish(), "nothing new is no reason to kick");
        });
  }

  @Test
  void withEventIndexAKickIsDueWhenTheEventIsPassed() throws IOException {
    play(
        8,
        MODERN,
        (driver, device, ram) -> {
          device.kickAt(2);
          driver.add(List.of(new Segment(1, 1)), NOTHING);
          driver.add(List.of(new Segment(2, 1)), NOTHING);
          assertFalse(driver.publish());
          driver.add(List.of(new Segment(3, 1)), NOTHING);
          assertTrue(driver.publish());
          driver.add(List.of(new Segment(4, 1)), NOTHING);
          assertFalse(driver.publish());
        });
  }

  @Property(tries = 30)
  void callsComeOnlyWhenAskedFor(@ForAll boolean eventIndex) throws IOException {
    long features = eventIndex ? MODERN : RingFeature.VERSION_1.mask();
    play(
        8,
        features,
        (driver, device, ram) -> {
          int head = driver.add(NOTHING, List.of(new Segment(1, 1)));
          int second = driver.add(NOTHING, List.of(new Segment(1, 1)));
          driver.publish();
          assertFalse(driver.calls(false));
          int before = device.usedIndex();
          device.use(head, 1);
          assertFalse(device.callDue(before, eventIndex));
          assertTrue(driver.calls(true), "what is used already brings no call");
          assertTrue(driver.collect());
          assertFalse(driver.calls(true));
          before = device.usedIndex();
          device.use(second, 1);
          assertTrue(device.callDue(before, eventIndex));
        });
  }

  @Property
  void anEventIsPassedWhenItIsAmongTheNewIndices(
      @ForAll @IntRange(max = 0xffff) int from,
      @ForAll @IntRange(max = 300) int steps,
      @ForAll @IntRange(min = -400, max = 400) int eventOffset) {
    int event = from + eventOffset & 0xffff;
    boolean among = eventOffset >= 0 && eventOffset < steps;
    assertEquals(among, DriverRing.passed(event, from, from + steps & 0xffff));
  }

  @Test
  void aDeviceThatUsesWhatItDoesNotHaveIsFound() throws IOException {
    play(
        8,
        0,
        (driver, device, ram) -> {
          int head = driver.add(List.of(new Segment(1, 1)), NOTHING);
          driver.publish();
          device.use(head + 1, 0);
          assertThrows(IllegalStateException.class, driver::collect);
        });
    play(
        8,
        0,
        (driver, device, ram) -> {
          int head = driver.add(List.of(new Segment(1, 1)), NOTHING);
          driver.publish();
          device.use(head, 0);
          device.use(head, 0);
          assertThrows(IllegalStateException.class, driver::collect);
        });
  }

  @Test
  void aBufferMayCrossFromRegionToRegion() throws IOException {
    play(
        8,
        MODERN,
        (driver, device, ram) -> {
          long border = ram.blocks().get(3).region().guestAddress();
          byte[] text = "over the border".getBytes(java.nio.charset.StandardCharsets.UTF_8);
          ram.write(border - 5, text);
          driver.add(List.of(new Segment(border - 5, text.length)), NOTHING);
          driver.publish();
          assertArrayEquals(text, device.read(device.take().orElseThrow()));
        });
  }
}

package io.mooring.virtqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.virtio.RingFeature;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.Virtqueue;
import io.mooring.api.virtqueue.VirtqueueEngine;
import io.mooring.virtqueue.Driver.Buffer;
import io.mooring.virtqueue.Driver.Wish;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * A driver and a device that do at random what they may, and compare after each step: the device
 * gets every chain once, in order, with the driver's buffers, and the driver gets it back with the
 * device's length, is called exactly when it wants, and kicks when the device sleeps.
 */
final class Conversation implements AutoCloseable {

  private static final int LONGEST_LIST = 6;
  private static final long TABLES_END = Guest.BUFFERS + 0x2_0000;
  private static final int TABLE_BYTES = 512;

  private record Chain(int token, List<Buffer> buffers) {}

  private record Used(int token, int length) {}

  final Guest guest;
  final Driver driver;
  Virtqueue queue;

  private final Random random;
  private final VirtqueueEngine engine;

  /** What the front-end says of a start; after a crash it knows no better. */
  private final int base;

  private final Chains chains = new Chains(64);
  private final Deque<Chain> offered = new ArrayDeque<>();
  private final Deque<Used> published = new ArrayDeque<>();
  private final Deque<Integer> freeTokens = new ArrayDeque<>();
  private boolean asleep;

  Conversation(Random random, int size, RingFeature... features) {
    this(random, new Guest(size, features), Guest::engine);
  }

  Conversation(Random random, Guest guest, Function<Guest, VirtqueueEngine> engines) {
    this.random = random;
    this.guest = guest;
    int size = guest.size;
    boolean packed = RingFeature.RING_PACKED.in(guest.features);
    base = packed ? packedBase(size) : random.nextInt(65536);
    driver = packed ? new PackedDriver(guest, random, base) : new SplitDriver(guest, random, base);
    engine = engines.apply(guest);
    queue = open(engine, base);
    for (int i = 0; i < size; i++) {
      freeTokens.add(i);
    }
  }

  private int packedBase(int size) {
    int half = random.nextInt(size) | random.nextInt(2) << 15;
    // Front-ends that know no used half leave it 0.
    return random.nextBoolean() ? half : half | half << 16;
  }

  /** One side or the other does something. */
  void step() {
    switch (random.nextInt(8)) {
      case 0, 1 -> offer();
      case 2, 3 -> serve();
      case 4 -> reap();
      case 5 -> driver.wish(wish(), random.nextInt(guest.size));
      case 6 -> sleepOrPoll();
      default -> {
        if (random.nextInt(64) == 0) {
          restart();
        }
      }
    }
  }

  private Wish wish() {
    return Wish.values()[random.nextInt(Wish.values().length)];
  }

  void offer() {
    int added = 0;
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      boolean indirect =
          RingFeature.INDIRECT_DESC.in(guest.features)
              && freeTokens.peekFirst() != null
              && tableOf(freeTokens.peekFirst()) < TABLES_END
              && random.nextInt(4) == 0;
      int count = 1 + random.nextInt(LONGEST_LIST);
      if (freeTokens.isEmpty() || driver.free() < (indirect ? 1 : count)) {
        break;
      }
      int token = freeTokens.removeFirst();
      List<Buffer> buffers = buffers(count);
      driver.add(token, buffers, indirect, tableOf(token));
      offered.addLast(new Chain(token, buffers));
      added++;
    }
    boolean kick = driver.expose();
    assertTrue(kick || added == 0 || !asleep, "a device that sleeps is not kicked");
    asleep &= !kick;
  }

  private static long tableOf(int token) {
    return Guest.BUFFERS + (long) TABLE_BYTES * token;
  }

  private List<Buffer> buffers(int count) {
    int readable = random.nextInt(count + 1);
    List<Buffer> buffers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int length = random.nextInt(16) == 0 ? 0 : 1 + random.nextInt(3000);
      int room = (int) (Guest.END - TABLES_END) - length;
      // Many near the border of the regions.
      long address =
          random.nextInt(8) == 0
              ? Guest.GUEST + Guest.REGION - random.nextInt(length + 1)
              : TABLES_END + random.nextInt(room);
      buffers.add(new Buffer(address, length, i >= readable));
    }
    return buffers;
  }

  void serve() {
    int limit = 1 + random.nextInt(80);
    int taken = queue.take(chains, limit);
    int most = Math.min(Math.min(limit, chains.capacity()), offered.size());
    assertEquals(most, taken, "chains taken of those offered");
    int at = 0;
    for (Chain each : offered) {
      if (at == taken) {
        break;
      }
      compare(each, at++);
    }
    int used = random.nextInt(4) == 0 ? random.nextInt(taken + 1) : taken;
    for (int i = 0; i < used; i++) {
      int writable = chains.writableBytes[i];
      chains.written[i] = writable == 0 ? 0 : random.nextInt(writable + 1);
    }
    queue.publish(chains, used);
    assertEquals(driver.discover(), guest.called(), "whether the driver is called");
    assertEquals(used, discovered(), "chains that the driver sees used");
    assertEquals(!offered.isEmpty(), queue.available());
    asleep = false;
  }

  /** The driver found the first of the burst used: how many? */
  private int discovered() {
    int used = offered.size() - driver.outstanding();
    for (int i = 0; i < used; i++) {
      published.addLast(new Used(offered.removeFirst().token, chains.written[i]));
    }
    return used;
  }

  private void compare(Chain expected, int index) {
    int segment = chains.first[index];
    int readable = 0;
    int[] bytes = new int[2];
    for (Buffer buffer : expected.buffers) {
      bytes[buffer.writable() ? 1 : 0] += buffer.length();
      long address = buffer.address();
      long end = address + buffer.length();
      while (address < end) {
        long border = Guest.GUEST + Guest.REGION;
        long part = (address < border ? Math.min(border, end) : end) - address;
        assertEquals(guest.host(address), chains.address[segment], "segment's address");
        assertEquals(part, chains.length[segment], "segment's length");
        segment++;
        readable += buffer.writable() ? 0 : 1;
        address += part;
      }
    }
    assertEquals(segment, chains.first[index + 1], "segments of the chain");
    assertEquals(readable, chains.readable[index], "readable segments");
    assertEquals(bytes[0], chains.readableBytes[index], "readable bytes");
    assertEquals(bytes[1], chains.writableBytes[index], "writable bytes");
  }

  void reap() {
    for (int limit = random.nextInt(guest.size + 1); limit > 0; limit--) {
      int token = driver.reap();
      if (token < 0) {
        break;
      }
      Used expected = published.removeFirst();
      assertEquals(expected.token, token, "used chains come back in order");
      if (driver.length() >= 0) {
        assertEquals(expected.length, driver.length(), "length of a used chain");
      }
      freeTokens.add(token);
    }
  }

  private void sleepOrPoll() {
    if (random.nextBoolean()) {
      boolean there = queue.arm();
      assertEquals(!offered.isEmpty(), there, "what an armed queue sees");
      asleep = !there;
    } else {
      queue.disarm();
      asleep = false;
    }
  }

  /** As GET_VRING_BASE and SET_VRING_BASE do. */
  private void restart() {
    queue = open(engine, queue.base());
    asleep = false;
  }

  /** Another queue where the present one is. */
  Virtqueue open(VirtqueueEngine other) {
    return open(other, queue.base());
  }

  private Virtqueue open(VirtqueueEngine other, int base) {
    return other.open(guest.setup(base), guest.table);
  }

  /** The back-end is killed at a write while it serves, if it writes so often. */
  void serveUntil(int writes) {
    try (var _ = new Kill(writes)) {
      serve();
    } catch (Kill.Killed killed) {
      driver.discover();
      discovered();
      reopen();
    }
  }

  /** Another back-end starts, and is perhaps killed too before it did. */
  private void reopen() {
    guest.called();
    asleep = false;
    while (true) {
      try (var _ = new Kill(random.nextInt(4) == 0 ? random.nextInt(40) : Integer.MAX_VALUE)) {
        queue = open(engine, base);
        return;
      } catch (Kill.Killed again) {
        assertEquals(0, offered.size() - driver.outstanding(), "used while it started");
      }
    }
  }

  /**
   * Another make of back-end is here instead for a while, uses chains in any order, and is killed.
   */
  void predecessor() {
    Predecessor other = Predecessor.of(guest, base);
    int taken = 0;
    for (int i = random.nextInt(200); i > 0; i--) {
      if (taken > 0 && random.nextBoolean()) {
        int which = random.nextInt(taken);
        other.use(which);
        taken--;
        published.addLast(new Used(remove(which).token, Predecessor.WRITTEN));
        driver.discover();
      } else if (taken < offered.size()) {
        other.take();
        taken++;
      } else {
        offer();
      }
    }
    reopen();
  }

  private Chain remove(int index) {
    List<Chain> all = new ArrayList<>(offered);
    Chain removed = all.remove(index);
    offered.clear();
    offered.addAll(all);
    return removed;
  }

  /** Both sides finish, and nothing is missing. */
  void finish() {
    while (!offered.isEmpty()) {
      serve();
    }
    while (!published.isEmpty()) {
      reap();
    }
    assertEquals(guest.size, driver.free());
    assertFalse(queue.available());
  }

  @Override
  public void close() {
    guest.close();
  }
}

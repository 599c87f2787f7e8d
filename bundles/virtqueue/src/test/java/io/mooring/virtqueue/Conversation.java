package io.mooring.virtqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.memory.MemoryTable;
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
import java.util.Optional;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * A driver and a device that do at random what they may, and compare after each step: the device
 * gets every chain once, in order, with the driver's buffers, and the driver gets it back with the
 * device's length, is called exactly when it wants, and kicks when the device sleeps.
 */
final class Conversation implements AutoCloseable {

  private static final int RESTART_ONCE_IN = 500;

  private record Used(int token, int length) {}

  final Guest guest;
  final Driver driver;
  Virtqueue queue;

  private final Random random;
  private final VirtqueueEngine engine;

  /** Chains that were just given back. */
  private int publishing;

  /** Whether another back-end used chains in its own order. */
  private boolean preceded;

  /** What the front-end says of a start; after a crash it knows no better. */
  final int base;

  private final RandomBuffers buffers;
  private final Chains chains = new Chains(64);
  private final Deque<OfferedChain> offered = new ArrayDeque<>();
  private final Deque<Used> published = new ArrayDeque<>();
  private final Deque<Integer> freeTokens = new ArrayDeque<>();
  private Optional<Iommu> iommu = Optional.empty();
  private BiConsumer<List<Buffer>, Integer> useListener = (buffers, written) -> {};
  private boolean asleep;
  private int steps;

  Conversation(Random random, int size, RingFeature... features) {
    this(random, new Guest(size, features), Guest::engine);
  }

  Conversation(Random random, Guest guest, Function<Guest, VirtqueueEngine> engines) {
    this.random = random;
    this.guest = guest;
    buffers = new RandomBuffers(random);
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

  /** The device is behind an IOMMU, of which it knows nothing yet. */
  void translate() {
    var started = new Iommu(guest.table(), random);
    iommu = Optional.of(started);
    guest.translate(started);
    guest.table(started.table());
    restart();
  }

  /** Another table from now on. */
  void table(MemoryTable table) {
    guest.table(table);
    queue.memory(table);
  }

  /** Is told of the buffers of each chain that the device used, and how many bytes it wrote. */
  void onUse(BiConsumer<List<Buffer>, Integer> listener) {
    useListener = listener;
  }

  private int packedBase(int size) {
    int half = random.nextInt(size) | random.nextInt(2) << 15;
    // Front-ends that know no used half leave it 0.
    return random.nextBoolean() ? half : half | half << 16;
  }

  /** One side or the other does something. */
  void step() {
    steps++;
    if (random.nextInt(RESTART_ONCE_IN) == 0) {
      restart();
      return;
    }
    switch (random.nextInt(iommu.isPresent() ? 8 : 7)) {
      case 0, 1 -> offer();
      case 2, 3 -> serve();
      case 4 -> reap();
      case 5 -> driver.wish(wish(), random.nextInt(guest.size));
      case 6 -> sleepOrPoll();
      default -> changeMappings(iommu.orElseThrow());
    }
  }

  /** How many steps were taken. */
  int steps() {
    return steps;
  }

  private Wish wish() {
    return Wish.values()[random.nextInt(Wish.values().length)];
  }

  void offer() {
    int added = 0;
    for (int i = 1 + random.nextInt(8); i > 0; i--) {
      int count = 1 + random.nextInt(RandomBuffers.MOST);
      long table = freeTokens.isEmpty() ? 0 : table(freeTokens.peekFirst());
      if (freeTokens.isEmpty() || driver.free() < (table == 0 ? count : 1)) {
        break;
      }
      int token = freeTokens.removeFirst();
      var chain = new OfferedChain(token, buffers.list(count), table);
      driver.add(token, chain.buffers(), table);
      offered.addLast(chain);
      added++;
    }
    boolean kick = driver.expose();
    assertTrue(kick || added == 0 || !asleep, "a device that sleeps is not kicked");
    asleep &= !kick;
  }

  private long table(int token) {
    boolean indirect = RingFeature.INDIRECT_DESC.in(guest.features) && random.nextInt(4) == 0;
    return indirect ? RandomBuffers.table(token) : 0;
  }

  void serve() {
    int limit = 1 + random.nextInt(80);
    int taken = queue.take(chains, limit);
    int most = Math.min(Math.min(limit, chains.capacity()), offered.size());
    assertTrue(
        taken == most || (taken < most && iommu.isPresent()),
        () -> "took " + taken + " chains of " + most);
    iommu.ifPresent(each -> checkMappings(each, limit, taken));
    int at = 0;
    for (OfferedChain each : offered) {
      if (at == taken) {
        break;
      }
      each.assertTaken(guest, chains, at++);
    }
    int used = random.nextInt(4) == 0 ? random.nextInt(taken + 1) : taken;
    for (int i = 0; i < used; i++) {
      int writable = chains.writableBytes[i];
      chains.written[i] = writable == 0 ? 0 : random.nextInt(writable + 1);
    }
    publishing = used;
    queue.publish(chains, used);
    assertEquals(driver.discover(), guest.called(), "whether the driver is called");
    assertEquals(used, discovered(), "chains that the driver sees used");
    if (iommu.isEmpty()) {
      assertEquals(!offered.isEmpty(), queue.available());
    }
    asleep = false;
  }

  /** Just the chains that are mapped are taken; the front-end is asked for the next. */
  private void checkMappings(Iommu each, int limit, int taken) {
    int at = 0;
    for (OfferedChain chain : offered) {
      if (at == Math.min(limit, chains.capacity())) {
        return;
      }
      assertEquals(at < taken, chain.allowed(each), "whether a chain is mapped, and taken");
      if (at == taken) {
        assertTrue(each.misses() > 0, "nobody was asked for what is not mapped");
        assertTrue(taken > 0 || !queue.available(), "what waits is not there to take");
        return;
      }
      at++;
    }
  }

  private void changeMappings(Iommu each) {
    if (random.nextInt(4) == 0) {
      each.invalidate();
      table(each.table());
    } else if (each.misses() > 0) {
      answer(each);
    }
  }

  private void answer(Iommu each) {
    each.answer();
    table(each.table());
  }

  /** The driver found the first of the burst used: how many? */
  private int discovered() {
    int used = offered.size() - driver.outstanding();
    for (int i = 0; i < used; i++) {
      OfferedChain chain = offered.removeFirst();
      published.addLast(new Used(chain.token(), chains.written[i]));
      useListener.accept(chain.buffers(), chains.written[i]);
    }
    return used;
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
      if (iommu.isEmpty()) {
        assertEquals(!offered.isEmpty(), there, "what an armed queue sees");
        asleep = !there;
      }
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
    return other.open(guest.setup(base), guest.table());
  }

  /** The back-end is killed at a write while it serves, if it writes so often. */
  void serveUntil(int writes) {
    try (var _ = new Kill(writes)) {
      serve();
    } catch (Kill.Killed killed) {
      driver.discover();
      int seen = discovered();
      assertTrue(
          seen == 0 || seen == publishing || preceded,
          () -> "of a burst of " + publishing + " the driver sees " + seen);
      reopen();
    }
  }

  /** Another back-end starts, and is perhaps killed too before it did. */
  void reopen() {
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

  /** How many chains are offered and not used. */
  int offered() {
    return offered.size();
  }

  /** Another back-end used one of the offered chains. */
  void usedElsewhere(int index, int written) {
    preceded = true;
    List<OfferedChain> all = new ArrayList<>(offered);
    published.addLast(new Used(all.remove(index).token(), written));
    offered.clear();
    offered.addAll(all);
    driver.discover();
  }

  /** Both sides finish, and nothing is missing. */
  void finish() {
    while (!offered.isEmpty()) {
      iommu.filter(each -> each.misses() > 0).ifPresent(this::answer);
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

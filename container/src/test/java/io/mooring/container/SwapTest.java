package io.mooring.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleWiring;

/** A room may be swapped as often as one likes: nothing of the old ones is left. */
class SwapTest {

  /** {@code -Dcontainer.swaps=200} for more. */
  private static final int SWAPS = Integer.getInteger("container.swaps", 60);

  /** Frames are waited for every so many swaps; they go on all the while. */
  private static final int SOME = 20;

  /** The worker's poller is of a class of the first one. */
  private static final String HELD = "linux";

  /** Old bundles that were kept would be more. */
  private static final long HEAP_BYTES = 8L << 20;

  /** Code that has seen so many is not compiled for one and no other. */
  private static final int SOME_TRANSPORTS = 8;

  /** What is done so often is compiled, for a start. */
  private static final int FEW = 6000;

  /** And now with all that is known of it (etc/jvm.options). */
  private static final int COMPILED = 100_000;

  @TempDir private static Path directory;

  private static PlainFelix felix;
  private static Guests guests;

  @BeforeAll
  static void start() throws BundleException, IOException {
    felix = PlainFelix.start(directory);
    felix.addPort("a");
    felix.addPort("b");
    guests = Guests.start(felix.socket("a"), felix.socket("b"));
  }

  @AfterAll
  static void stop() {
    guests.close();
    felix.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"virtqueue", "net", "protocol", "memory", "transport", "profile", "linux"})
  void manySwapsUnderTrafficLeaveNothingOfTheOldOnes(String room) {
    // The first one loads what stays.
    swap(room);
    Footprint before = Footprint.now();
    long heap = heap();
    List<WeakReference<ClassLoader>> old = new ArrayList<>();
    for (int swap = 0; swap < SWAPS; swap++) {
      old.add(new WeakReference<>(loader(room)));
      swap(room);
      if (swap % SOME == 0) {
        guests.assertMoving();
      }
    }
    guests.assertMoving();
    assertEquals(2, guests.connections(), "connections made");
    awaitCollected(room.equals(HELD) ? old.subList(1, SWAPS) : old);
    before.awaitNoMore();
    long more = heap() - heap;
    assertTrue(more < HEAP_BYTES, more + " bytes more on the heap");
    assertEquals(List.of(), felix.errors());
  }

  /**
   * A thread that waits for a front-end waits in code that may have been compiled when another
   * transport was there, and knows its classes.
   */
  @Test
  void codeThatWaitsKeepsNoTransportThatItWasCompiledWith() throws IOException {
    felix.addPort("c");
    try (var questioner = new Questioner(felix.socket("c"))) {
      for (int i = 0; i < SOME_TRANSPORTS; i++) {
        questioner.ask(FEW);
        swap("transport");
      }
      System.gc();
      questioner.ask(COMPILED);
      var old = new WeakReference<>(loader("transport"));
      swap("transport");
      awaitCollected(List.of(old));
      questioner.ask(FEW);
    }
    assertEquals(List.of(), felix.errors());
  }

  private static void awaitCollected(List<WeakReference<ClassLoader>> old) {
    Eventually.holds(
        "the class loaders of all old bundles are collected",
        () -> {
          System.gc();
          return old.stream().allMatch(loader -> loader.refersTo(null));
        },
        () -> old.stream().filter(loader -> !loader.refersTo(null)).count() + " are left");
  }

  private static void swap(String room) {
    felix.shell("vhost:swap %s --probation 0 --warm-up 0".formatted(room));
  }

  private static ClassLoader loader(String room) {
    return felix.room(room).adapt(BundleWiring.class).getClassLoader();
  }

  private static long heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}

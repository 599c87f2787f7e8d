package io.mooring.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.os.Os;
import io.mooring.api.os.Poller;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EpollTest {

  private final Os os = new LinuxOs();
  private final int[] ready = new int[16];

  @Test
  void onlyTheReadableOnesAreTold() throws IOException {
    int first = os.eventfd();
    int second = os.eventfd();
    int third = os.eventfd();
    try (Poller poller = os.poller()) {
      for (int each : new int[] {first, second, third}) {
        poller.add(each);
      }
      assertEquals(0, poller.await(ready, 0));
      os.signal(third);
      os.signal(first);
      assertEquals(2, poller.await(ready, 1000));
      int[] told = Arrays.copyOf(ready, 2);
      Arrays.sort(told);
      assertEquals(first, told[0]);
      assertEquals(third, told[1]);
      assertEquals(0, poller.await(ready, 0));
      os.signal(third);
      assertEquals(1, poller.await(ready, 0), "a signal of an eventfd that nobody read");
    }
    for (int each : new int[] {first, second, third}) {
      os.close(each);
    }
  }

  @Test
  void aSignalWakesOneThatWaits() throws Exception {
    int eventfd = os.eventfd();
    try (Poller poller = os.poller()) {
      poller.add(eventfd);
      var woken = CompletableFuture.supplyAsync(() -> await(poller));
      Thread.sleep(20);
      os.signal(eventfd);
      assertEquals(1, woken.get(5, TimeUnit.SECONDS));
      assertEquals(eventfd, ready[0]);
    }
    os.close(eventfd);
  }

  @Test
  void whatWasRemovedIsNotTold() throws IOException {
    int eventfd = os.eventfd();
    try (Poller poller = os.poller()) {
      poller.add(eventfd);
      os.signal(eventfd);
      poller.remove(eventfd);
      poller.remove(eventfd);
      poller.remove(-1);
      assertEquals(0, poller.await(ready, 0));
      poller.add(eventfd);
      assertEquals(1, poller.await(ready, 0));
    }
    os.close(eventfd);
  }

  @Test
  void moreReadyThanFitAreToldInTurns() throws IOException {
    int[] eventfds = new int[300];
    try (Poller poller = os.poller()) {
      for (int i = 0; i < eventfds.length; i++) {
        eventfds[i] = os.eventfd();
        poller.add(eventfds[i]);
        os.signal(eventfds[i]);
      }
      int[] many = new int[1000];
      int seen = 0;
      for (int count = poller.await(many, 0); count > 0; count = poller.await(many, 0)) {
        seen += count;
        for (int i = 0; i < count; i++) {
          assertTrue(os.drain(many[i]));
        }
      }
      assertEquals(eventfds.length, seen);
    }
    Arrays.stream(eventfds).forEach(os::close);
  }

  @Test
  void aFileCannotBeWatchedAndAClosedPollerSaysSo() throws IOException {
    int before = Descriptor.countOpen();
    int file = os.memfd("kick", 4096);
    Poller poller = os.poller();
    assertEquals(
        "watch descriptor %d: Operation not permitted".formatted(file),
        assertThrows(IOException.class, () -> poller.add(file)).getMessage());
    poller.close();
    poller.close();
    assertThrows(IOException.class, () -> poller.await(ready, 0));
    os.close(file);
    assertEquals(before, Descriptor.countOpen());
  }

  private int await(Poller poller) {
    try {
      return poller.await(ready, 10_000);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}

package io.mooring.bench;

import io.mooring.api.os.Os;
import io.mooring.api.os.Poller;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A thread that sleeps in epoll on one eventfd and does nothing else: what the machine itself takes
 * to wake a back-end.
 */
final class BareWake implements AutoCloseable {

  private final Os os;
  private final int eventfd;
  private final Thread sleeper;
  private volatile long woke;
  private volatile boolean closed;

  BareWake(Os os, int core) throws IOException {
    this.os = os;
    eventfd = os.eventfd();
    Poller poller = os.poller();
    poller.add(eventfd);
    sleeper = Thread.ofPlatform().daemon().name("bare-wake").start(() -> sleep(poller, core));
  }

  private void sleep(Poller poller, int core) {
    int[] ready = new int[1];
    try (poller) {
      os.pinCurrentThread(core);
      while (!closed) {
        if (poller.await(ready, 1000) > 0) {
          woke = System.nanoTime();
          os.drain(eventfd);
        }
      }
    } catch (IOException exception) {
      closed = true;
    }
  }

  /** Nanoseconds from a signal to the sleeper's first instruction, each after a pause. */
  List<Long> each(int times, int pause) throws BenchException, InterruptedException {
    var nanos = new ArrayList<Long>();
    for (int time = 0; time < times; time++) {
      Thread.sleep(pause);
      woke = 0;
      long began = System.nanoTime();
      os.signal(eventfd);
      while (woke == 0) {
        if (closed) {
          throw BenchException.failed("a thread cannot wait for an eventfd");
        }
        Thread.onSpinWait();
      }
      nanos.add(woke - began);
    }
    return nanos;
  }

  @Override
  public void close() {
    closed = true;
    os.signal(eventfd);
    try {
      sleeper.join();
    } catch (InterruptedException exception) {
      Thread.currentThread().interrupt();
    }
    os.close(eventfd);
  }
}

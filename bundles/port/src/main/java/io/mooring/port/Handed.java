package io.mooring.port;

import io.mooring.api.transport.Transport;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one transport has opened and another one can go on with. To use it is brief, and one does at
 * a time; one thread waits for what comes, and may be moved meanwhile. Any thread.
 *
 * @param <T> what is open
 */
abstract class Handed<T extends AutoCloseable> {

  private static final Logger LOG = LoggerFactory.getLogger(Handed.class);

  /** How long a use may take before it is not waited for any more. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** How long who is let go of may take to return. */
  private static final long RETURN_MILLIS = 100;

  /** How long somebody may wait for what is there. */
  private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final String port;
  private final PortRooms rooms;
  private final ReentrantLock using = new ReentrantLock();

  private volatile Holding<T> now;
  private volatile boolean closed;

  /** The wait that is under way, if any. */
  private volatile Optional<Wait<T>> wait = Optional.empty();

  /** The wait that was seen not to end, and since when. Guarded by this. */
  private Optional<Wait<T>> longWait = Optional.empty();

  private long longSince;

  /** In whose hands it is. */
  record Holding<T>(T open, Provider<Transport> by) {}

  /** Told apart by what it is, not by what it has. */
  private static final class Wait<T> {
    private final Thread thread = Thread.currentThread();
    private final Holding<T> with;

    Wait(Holding<T> with) {
      this.with = with;
    }
  }

  /** What is done with it. */
  interface Call<T, R> {
    R of(Holding<T> it) throws IOException;
  }

  Handed(String port, PortRooms rooms, T open, Provider<Transport> by) {
    this.port = port;
    this.rooms = rooms;
    now = new Holding<>(open, by);
  }

  /** Has another transport adopt a duplicate. */
  abstract T adoptedBy(Transport other, T open) throws IOException;

  /** Lets go of what another one has adopted. */
  abstract void leave(T open);

  /** Whether there is something that who waits is to be told. */
  abstract boolean ready();

  /** Closes what is needed only to move it. */
  abstract void closeDuplicates();

  String port() {
    return port;
  }

  PortRooms rooms() {
    return rooms;
  }

  /** Whether it was ended, and what it needed to move is closed. */
  final boolean closed() {
    return closed;
  }

  /** Who fails on probation is led back from, and it is done again. */
  final <R> R use(Call<T, R> call) throws IOException {
    return use(call, () -> true);
  }

  /**
   * Who fails on probation is led back from.
   *
   * @param again whether it can be done again then
   */
  final <R> R use(Call<T, R> call, BooleanSupplier again) throws IOException {
    using.lock();
    try {
      Holding<T> with = now;
      try {
        return call.of(with);
      } catch (RuntimeException | LinkageError failure) {
        if (!goBack(with, failure) || !again.getAsBoolean()) {
          throw failure;
        }
        return call.of(now);
      }
    } finally {
      using.unlock();
    }
  }

  /** {@link #use} of what declares no failure. */
  final <R> R ask(Function<T, R> question) {
    try {
      return use(with -> question.apply(with.open()));
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Waits in whoever's hands it is; returns nothing only when that is nobody's any more. */
  final <R> Optional<R> await(Call<T, Optional<R>> wait) throws IOException {
    while (true) {
      Holding<T> with = beginWait();
      try {
        Optional<R> result = wait.of(with);
        if (result.isPresent() || with.equals(now)) {
          return result;
        }
      } catch (IOException | RuntimeException | LinkageError failure) {
        if (with.equals(now) && !goBack(with, failure)) {
          throw failure;
        }
      } finally {
        endWait();
      }
    }
  }

  private synchronized Holding<T> beginWait() {
    Holding<T> with = now;
    wait = Optional.of(new Wait<>(with));
    return with;
  }

  private synchronized void endWait() {
    if (!wait.orElseThrow().with.equals(now)) {
      // Whoever interrupted meant that wait.
      Thread.interrupted();
    }
    wait = Optional.empty();
  }

  private boolean goBack(Holding<T> with, Throwable failure) {
    return rooms.goBack(
        with.by().service(), "port %s: the transport throws %s".formatted(port, failure));
  }

  /** Whether who waits is not told of what there is. Asked again and again by one thread. */
  final synchronized boolean stalls() {
    if (wait.isEmpty() || !ready()) {
      longWait = Optional.empty();
      return false;
    }
    if (!longWait.equals(wait)) {
      longWait = wait;
      longSince = System.nanoTime();
    }
    return System.nanoTime() - longSince > STALL_NANOS;
  }

  /**
   * Puts it into the hands of another transport, unless it is in them.
   *
   * @throws IOException when that cannot be; one line. Then it is where it was
   */
  final void move(Provider<Transport> other) throws IOException, InterruptedException {
    if (now.by().equals(other)) {
      return;
    }
    if (!using.tryLock(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new IOException(
          "port %s: its socket is used for more than %d s without end"
              .formatted(port, PATIENCE.toSeconds()));
    }
    try {
      Holding<T> old = now;
      if (!closed && !old.by().equals(other)) {
        take(new Holding<>(adoptedBy(other.service(), old.open()), other));
        letGo(old);
      }
    } finally {
      using.unlock();
      sweep();
    }
  }

  private synchronized void take(Holding<T> next) {
    now = next;
    if (closed) {
      close(next.open());
    }
  }

  /** It may have been ended in the middle of a move. */
  private synchronized void sweep() {
    if (closed) {
      closeDuplicates();
    }
  }

  private void letGo(Holding<T> old) throws InterruptedException {
    try {
      leave(old.open());
      awaitReturn(old);
    } catch (RuntimeException | LinkageError failure) {
      LOG.warn("port {}: {} does not let go: {}", port, old.by().text(), failure.toString());
    }
  }

  /** Who does not return by himself is interrupted. */
  private void awaitReturn(Holding<T> old) throws InterruptedException {
    for (long left = RETURN_MILLIS; waitsWith(old); left--) {
      if (left == 0) {
        interrupt(old);
        return;
      }
      Thread.sleep(1);
    }
  }

  private boolean waitsWith(Holding<T> old) {
    return wait.filter(each -> each.with.equals(old) && each.thread != Thread.currentThread())
        .isPresent();
  }

  private synchronized void interrupt(Holding<T> old) {
    if (waitsWith(old)) {
      wait.orElseThrow().thread.interrupt();
    }
  }

  private void close(T open) {
    try {
      open.close();
    } catch (Exception failure) {
      LOG.debug("port {}: {}", port, failure.toString());
    }
  }

  /** Ends it, in whoever's hands it is. May be called twice. */
  final void end() {
    Holding<T> last;
    synchronized (this) {
      last = now;
      closed = true;
      closeDuplicates();
    }
    close(last.open());
  }
}

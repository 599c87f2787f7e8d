package io.mooring.port;

import io.mooring.api.os.Os;
import io.mooring.api.protocol.ProtocolException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A device's state on its way through a pipe (vhost-user, "Migrating back-end state"), on a thread
 * of its own. It is one line that names its form and the device type, and then the device's own
 * bytes.
 */
final class StateTransfer {

  private static final String FORM = "mooring-state 1 ";
  private static final int MOST = 1 << 20;
  private static final int TURN_MILLIS = 100;
  private static final int PATIENCE_MILLIS = 5000;

  private final Os os;
  private final int descriptor;
  private final CompletableFuture<byte[]> moved = new CompletableFuture<>();
  private volatile boolean stopped;
  private Taker taker = _ -> {};

  /** Takes over what was read. */
  @FunctionalInterface
  private interface Taker {
    void take(byte[] state) throws ProtocolException;
  }

  /** What the thread does. */
  @FunctionalInterface
  private interface Move {
    byte[] make() throws IOException;
  }

  private StateTransfer(Os os, int descriptor) {
    this.os = os;
    this.descriptor = descriptor;
  }

  static StateTransfer save(PortSession session, DataPlane plane, int descriptor) {
    byte[] state = plane.save();
    byte[] head = (FORM + session.deviceType() + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(head, head.length + state.length);
    System.arraycopy(state, 0, all, head.length, state.length);
    var transfer = new StateTransfer(session.os(), descriptor);
    transfer.start(
        session.port(),
        () -> {
          transfer.os.write(descriptor, all, PATIENCE_MILLIS);
          return all;
        });
    return transfer;
  }

  static StateTransfer load(PortSession session, int descriptor) {
    var transfer = new StateTransfer(session.os(), descriptor);
    transfer.taker = all -> load(session, own(all, session.deviceType()));
    transfer.start(session.port(), transfer::readAll);
    return transfer;
  }

  /** The device is the one that is there now: another may have replaced it meanwhile. */
  private static void load(PortSession session, byte[] state) throws ProtocolException {
    session
        .plane()
        .orElseThrow(() -> new ProtocolException("the port's device is not there for its state"))
        .load(state);
  }

  private void start(String port, Move move) {
    Thread.ofPlatform().name("port-" + port + "-state").daemon().start(() -> run(move));
  }

  private void run(Move move) {
    try {
      moved.complete(closing(move));
    } catch (IOException | RuntimeException failure) {
      moved.completeExceptionally(failure);
    }
  }

  /** Its descriptor is closed, which ends the data, before anybody is told that it ended. */
  private byte[] closing(Move move) throws IOException {
    try {
      return move.make();
    } finally {
      os.close(descriptor);
    }
  }

  private byte[] readAll() throws IOException {
    byte[] all = new byte[MOST + 1];
    int length = 0;
    while (!stopped) {
      int count = os.read(descriptor, all, length, TURN_MILLIS);
      if (count < 0) {
        return Arrays.copyOf(all, length);
      }
      length += count;
      if (length > MOST) {
        throw new IOException("the device state has more than %d bytes".formatted(MOST));
      }
    }
    throw new IOException("the transfer was given up");
  }

  /** The device's own bytes, after the line that names it. */
  private static byte[] own(byte[] all, String device) throws ProtocolException {
    byte[] head = (FORM + device + "\n").getBytes(StandardCharsets.UTF_8);
    if (all.length < head.length || !Arrays.equals(all, 0, head.length, head, 0, head.length)) {
      throw new ProtocolException(
          "the device state does not begin with the line \"%s\"".formatted(FORM + device));
    }
    return Arrays.copyOfRange(all, head.length, all.length);
  }

  boolean runs() {
    return !moved.isDone();
  }

  /**
   * Waits for the end, without the port's lock, which others need meanwhile; what was read is then
   * the device's.
   *
   * @param lock held by the caller, before and afterwards
   */
  void check(ReentrantLock lock) throws ProtocolException {
    try {
      taker.take(awaited(lock));
    } catch (TimeoutException late) {
      stop();
      throw new ProtocolException(
          "the device state did not end within %d ms".formatted(PATIENCE_MILLIS), late);
    } catch (ExecutionException failure) {
      throw new ProtocolException(failure.getCause().getMessage(), failure);
    } catch (IllegalArgumentException wrong) {
      throw new ProtocolException(wrong.getMessage(), wrong);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ProtocolException("the wait for the device state was interrupted", interrupted);
    }
  }

  private byte[] awaited(ReentrantLock lock)
      throws InterruptedException, ExecutionException, TimeoutException {
    lock.unlock();
    try {
      return moved.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } finally {
      lock.lock();
    }
  }

  void stop() {
    stopped = true;
  }
}

package io.mooring.acceptance;

import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Message;
import io.mooring.api.transport.Peer;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A front-end's connection that it may read no more, though it stays open. */
final class DeafConnection implements Connection {

  private final Connection whole;
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean deaf;

  /**
   * @param whole closed with this one
   */
  DeafConnection(Connection whole) {
    this.whole = whole;
  }

  /** Reads at most one message more. */
  void stopReading() {
    deaf = true;
  }

  @Override
  public void send(Message message) throws IOException {
    whole.send(message);
  }

  @Override
  public void await() throws IOException {
    whole.await();
  }

  @Override
  public int descriptor() {
    return whole.descriptor();
  }

  @Override
  public Optional<Message> receive() throws IOException {
    if (deaf) {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return Optional.empty();
    }
    return whole.receive();
  }

  @Override
  public Peer peer() throws IOException {
    return whole.peer();
  }

  @Override
  public void leave() {
    whole.leave();
  }

  @Override
  public void close() {
    end.countDown();
    whole.close();
  }
}

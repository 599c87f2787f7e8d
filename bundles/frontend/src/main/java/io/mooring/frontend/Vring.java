package io.mooring.frontend;

import static io.mooring.frontend.Client.payload;
import static io.mooring.frontend.Client.u64;

import io.mooring.api.os.Os;
import io.mooring.api.os.Poller;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/**
 * A virtqueue of a front-end: the driver's ring, its two eventfds, and the requests that set it up
 * at the back-end. One thread uses it.
 */
public final class Vring implements AutoCloseable {

  private final Os os;
  private final Client client;
  private final GuestRam ram;
  private final int index;
  private final DriverRing ring;
  private final int kick;
  private final int call;
  private final Poller poller;
  private final int[] ready = new int[1];

  Vring(Os os, Client client, GuestRam ram, int index, DriverRing ring) throws IOException {
    this.os = os;
    this.client = client;
    this.ram = ram;
    this.index = index;
    this.ring = ring;
    kick = os.eventfd();
    call = os.eventfd();
    poller = os.poller();
    poller.add(call);
  }

  /** The queue's number. */
  public int index() {
    return index;
  }

  /** The driver's ring. */
  public DriverRing ring() {
    return ring;
  }

  /** Tells the back-end all of the queue, its kick last, from ring index {@code base} on. */
  public void start(int base) throws IOException {
    client.tell(Request.SET_VRING_NUM, state(ring.memory().size()));
    client.tell(Request.SET_VRING_BASE, state(base));
    client.tell(Request.SET_VRING_ADDR, addresses());
    client.tell(Request.SET_VRING_CALL, u64(index), call);
    client.tell(Request.SET_VRING_KICK, u64(index), kick);
  }

  /** Starts a queue that was never used. */
  public void start() throws IOException {
    start(0);
  }

  /** Enables or disables the queue. */
  public void enable(boolean enabled) throws IOException {
    client.tell(Request.SET_VRING_ENABLE, state(enabled ? 1 : 0));
  }

  /**
   * Stops the queue (GET_VRING_BASE); the back-end touches nothing of it from then on.
   *
   * @return where a restart goes on
   */
  public int stop() throws IOException {
    Message answer = client.ask(Request.GET_VRING_BASE, state(0));
    ByteBuffer state = answer.payload();
    if (state.remaining() != 8) {
      throw new IOException(
          "GET_VRING_BASE was answered with %d bytes; allowed are 8".formatted(state.remaining()));
    }
    int answered = state.getInt();
    if (answered != index) {
      throw new IOException(
          "GET_VRING_BASE of queue %d was answered for queue %d".formatted(index, answered));
    }
    return state.getInt();
  }

  /** Shows the device what was added, and kicks it if it wants that. */
  public void flush() {
    if (ring.publish()) {
      kick();
    }
  }

  /** Kicks the device, wanted or not. */
  public void kick() {
    os.signal(kick);
  }

  /** Whether the device called since one last asked. */
  public boolean called() {
    return os.drain(call);
  }

  /**
   * Sleeps until the device used a chain, and then asks for no more calls. A device may call
   * without need, as one does that took over from another.
   *
   * @return whether a used chain is there
   */
  public boolean await(int timeoutMillis) throws IOException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    long left = timeoutMillis;
    while (!ring.calls(true) && left > 0) {
      poller.await(ready, (int) left);
      os.drain(call);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
    os.drain(call);
    return ring.calls(false);
  }

  @Override
  public void close() {
    poller.close();
    os.close(kick);
    os.close(call);
  }

  private ByteBuffer state(int value) {
    return payload(8).putInt(index).putInt(value).flip();
  }

  private ByteBuffer addresses() {
    SplitRing memory = ring.memory();
    return payload(40)
        .putInt(index)
        .putInt(0)
        .putLong(ram.user(memory.descriptors()))
        .putLong(ram.user(memory.used()))
        .putLong(ram.user(memory.available()))
        .putLong(0)
        .flip();
  }
}

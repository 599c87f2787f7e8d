package io.mooring.acceptance.rig;

import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Message;
import io.mooring.api.transport.Peer;
import io.mooring.frontend.Client;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/** Passes messages on, and now and then another one than it was given. */
final class DamagedConnection implements Connection {

  /** What limits are near, and what arithmetic fails at. */
  private static final long[] EDGES = {
    0,
    1,
    2,
    255,
    256,
    4095,
    4096,
    32_767,
    32_768,
    32_769,
    65_535,
    65_536,
    1L << 31,
    -1L >>> 32,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -4096,
    -1
  };

  private final Connection whole;
  private final Random random;
  private final int oneIn;

  /**
   * @param whole closed with this one
   * @param oneIn so many messages are sent for each that is damaged
   */
  DamagedConnection(Connection whole, Random random, int oneIn) {
    this.whole = whole;
    this.random = random;
    this.oneIn = oneIn;
  }

  /** A value that may be a limit. */
  static long edge(Random random) {
    return EDGES[random.nextInt(EDGES.length)];
  }

  @Override
  public void send(Message message) throws IOException {
    if (random.nextInt(oneIn) > 0) {
      whole.send(message);
      return;
    }
    byte[] bytes = new byte[message.payload().remaining()];
    message.payload().duplicate().get(bytes);
    int[] files = message.unclaimed();
    switch (random.nextInt(10)) {
      case 0 -> {} // Lost.
      case 1 -> {
        send(message.request(), message.flags(), bytes, files);
        send(message.request(), message.flags(), bytes, files);
      }
      case 2 -> send(message.request(), 1 << random.nextInt(32), bytes, files);
      case 3 -> {
        Request[] requests = Request.values();
        send(requests[random.nextInt(requests.length)].number(), message.flags(), bytes, files);
      }
      case 4 -> {
        byte[] other = Arrays.copyOf(bytes, random.nextInt(bytes.length + 64));
        send(message.request(), message.flags(), other, files);
      }
      case 5 -> send(message.request(), message.flags(), bytes, new int[0]);
      case 6 -> strange(message.request(), message.flags(), bytes);
      default -> send(message.request(), message.flags(), damaged(bytes), files);
    }
  }

  private byte[] damaged(byte[] bytes) {
    if (bytes.length < 4) {
      return bytes;
    }
    ByteBuffer payload = Client.payload(bytes.length).put(bytes);
    if (bytes.length >= 8 && random.nextBoolean()) {
      payload.putLong(8 * random.nextInt(bytes.length / 8), edge(random));
    } else {
      payload.putInt(4 * random.nextInt(bytes.length / 4), (int) edge(random));
    }
    payload.rewind().get(bytes);
    return bytes;
  }

  /** With descriptors of which none may be expected. */
  private void strange(int request, int flags, byte[] bytes) throws IOException {
    int[] files = new int[1 + random.nextInt(Message.MAX_DESCRIPTORS + 1)];
    for (int i = 0; i < files.length; i++) {
      files[i] = random.nextBoolean() ? Lab.OS.eventfd() : Lab.OS.memfd("fuzz", 4096);
    }
    try {
      send(request, flags, bytes, files);
    } finally {
      for (int file : files) {
        Lab.OS.close(file);
      }
    }
  }

  private void send(int request, int flags, byte[] bytes, int... files) throws IOException {
    ByteBuffer payload = Client.payload(bytes.length).put(bytes).flip();
    whole.send(new Message(request, flags, payload, files));
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
    whole.close();
  }
}

package io.mooring.bench;

import io.mooring.api.os.Os;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import io.mooring.api.virtio.RingFeature;
import io.mooring.frontend.GoBetween;
import io.mooring.linux.LinuxOs;
import io.mooring.transport.UnixTransport;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives a front-end that does not migrate a dirty log: stands before its port, remembers what it
 * said, and repeats it with the log on or off (vhost-user, "Migration").
 */
final class LoggedPort implements AutoCloseable {

  private static final int PAGE = 4096;
  private static final int LOG_USED_RING = 1;
  private static final int ADDRESS_BYTES = 40;

  private final Os os = new LinuxOs();
  private final GoBetween between;
  private final Map<Integer, ByteBuffer> addresses = new HashMap<>();
  private long features;
  private long top;
  private int file = -1;
  private MemorySegment bitmap = MemorySegment.NULL;

  private LoggedPort(Path port, Path socket) throws BenchException {
    try {
      between = GoBetween.at(os, new UnixTransport(os), socket, port);
    } catch (IOException exception) {
      throw BenchException.failed("cannot stand before the port: " + exception.getMessage());
    }
    between.rule(this::heard);
  }

  /** Listens at a socket for the front-end of a port. */
  static LoggedPort before(Path port, Path socket) throws BenchException {
    return new LoggedPort(port, socket);
  }

  private synchronized List<Message> heard(Message message) {
    ByteBuffer payload = message.payload().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    int at = payload.position();
    if (message.request() == Request.SET_FEATURES.number()) {
      features = payload.getLong(at);
    } else if (message.request() == Request.SET_PROTOCOL_FEATURES.number()) {
      payload.putLong(at, payload.getLong(at) | ProtocolFeature.LOG_SHMFD.mask());
    } else if (message.request() == Request.SET_MEM_TABLE.number()) {
      for (int region = 0; region < payload.getInt(at); region++) {
        covers(payload, at + 8 + 32 * region);
      }
    } else if (message.request() == Request.ADD_MEM_REG.number()) {
      covers(payload, at + 8);
    } else if (message.request() == Request.SET_VRING_ADDR.number()) {
      byte[] address = new byte[ADDRESS_BYTES];
      payload.get(at, address);
      addresses.put(payload.getInt(at), ByteBuffer.wrap(address).order(ByteOrder.LITTLE_ENDIAN));
    }
    return List.of(message);
  }

  private void covers(ByteBuffer payload, int region) {
    top = Math.max(top, payload.getLong(region) + payload.getLong(region + 8));
  }

  /** Turns the log on or off. */
  synchronized void log(boolean on) throws BenchException {
    try {
      if (on) {
        share();
      }
      long wanted = on ? features | RingFeature.LOG_ALL.mask() : features;
      between.say(new Message(Request.SET_FEATURES.number(), Message.VERSION, word(wanted)), false);
      for (ByteBuffer address : addresses.values()) {
        address.putInt(4, on ? LOG_USED_RING : 0);
        // Where the driver's memory is for the device is where it is for the front-end.
        address.putLong(32, address.getLong(16));
        between.say(
            new Message(Request.SET_VRING_ADDR.number(), Message.VERSION, address.duplicate()),
            false);
      }
    } catch (IOException exception) {
      throw BenchException.failed("cannot turn the log: " + exception.getMessage());
    }
  }

  private void share() throws IOException {
    if (file < 0) {
      long bytes = (top / PAGE / 8 + PAGE) / PAGE * PAGE;
      file = os.memfd("log", bytes);
      bitmap = os.map(file, 0, bytes);
    }
    ByteBuffer payload = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    payload.putLong(bitmap.byteSize()).putLong(0).flip();
    between.say(new Message(Request.SET_LOG_BASE.number(), Message.VERSION, payload, file), true);
  }

  private static ByteBuffer word(long value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).flip();
  }

  /** Counts the dirty pages and forgets them, as a VMM does again and again. */
  synchronized long collect() {
    long pages = 0;
    for (long at = 0; at < bitmap.byteSize(); at += Long.BYTES) {
      long word = bitmap.get(ValueLayout.JAVA_LONG, at);
      if (word != 0) {
        pages += Long.bitCount(word);
        bitmap.set(ValueLayout.JAVA_LONG, at, 0);
      }
    }
    return pages;
  }

  @Override
  public synchronized void close() {
    between.close();
    if (file >= 0) {
      os.unmap(bitmap);
      os.close(file);
    }
  }
}

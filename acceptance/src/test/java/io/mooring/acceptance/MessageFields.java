package io.mooring.acceptance;

import static java.lang.Integer.MAX_VALUE;

import io.mooring.api.protocol.Request;
import io.mooring.api.virtio.RingFeature;
import io.mooring.frontend.Client;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** The numbers that messages have, and which of their values a port takes. */
final class MessageFields {

  /** What the descriptors' files have. */
  static final int FILE = 1 << 20;

  /** Of the bad port: a queue pair and the control queue. */
  private static final int LAST_QUEUE = 2;

  private static final int LARGEST_RING = 32_768;
  private static final int LARGEST_MTU = 9000;
  private static final int CONFIGURATION = 256;
  private static final long NO_DESCRIPTOR = 1 << 8;

  static final List<Field> ALL =
      List.of(
          index(Request.SET_VRING_NUM, state(0, 256)),
          index(Request.SET_VRING_BASE, state(0, 0)),
          index(Request.GET_VRING_BASE, state(0, 0)),
          index(Request.SET_VRING_ENABLE, state(0, 0)),
          index(Request.SET_VRING_ADDR, bytes(40)),
          index(Request.VRING_KICK, state(0, 0)),
          field(Request.SET_VRING_NUM, "size", state(0, 0), 4, 4)
              .takes(1, 2, LARGEST_RING)
              .endsAt(0, 3, LARGEST_RING + 1, 2 * LARGEST_RING, MAX_VALUE, -1),
          field(Request.SET_VRING_BASE, "base", state(0, 0), 4, 4)
              .takes(0, 1, 0xffff)
              .endsAt(0x10000, MAX_VALUE, -1),
          field(Request.SET_VRING_ENABLE, "wish", state(0, 0), 4, 4)
              .takes(0, 1)
              .endsAt(2, MAX_VALUE, -1),
          field(Request.SET_VRING_ADDR, "flags", bytes(40), 4, 4)
              .takes(0, 1)
              .endsAt(2, MAX_VALUE, -1),
          descriptor(Request.SET_VRING_KICK),
          descriptor(Request.SET_VRING_CALL),
          descriptor(Request.SET_VRING_ERR),
          field(Request.SET_FEATURES, "features", bytes(8), 0, 8)
              .takes(0, RingFeature.VERSION_1.mask())
              .endsAt(RingFeature.ADMIN_VQ.mask(), Long.MAX_VALUE, -1),
          field(Request.SET_PROTOCOL_FEATURES, "features", bytes(8), 0, 8)
              .takes(0, 1)
              .endsAt(1L << 63, Long.MAX_VALUE, -1),
          field(Request.NET_SET_MTU, "MTU", bytes(8), 0, 8)
              .takes(68, LARGEST_MTU)
              .endsAt(0, 1, 67, LARGEST_MTU + 1, 0xffff, 0x10000, Long.MAX_VALUE, -1),
          field(Request.SET_STATUS, "status", bytes(8), 0, 8)
              .takes(0, 1, 0xff)
              .endsAt(0x100, Long.MAX_VALUE, -1),
          field(Request.SEND_RARP, "address", bytes(8), 0, 8).takes(0, 1, Long.MAX_VALUE, -1),
          field(Request.SET_LOG_BASE, "size", bytes(16), 0, 8)
              .takes(1, FILE)
              .tells(0, FILE + 1, Long.MAX_VALUE, -1)
              .withFile(),
          field(Request.SET_LOG_BASE, "offset", longs(FILE / 2, 0), 8, 8)
              .takes(0, FILE / 2)
              .tells(FILE / 2 + 1, FILE, Long.MAX_VALUE, -1)
              .withFile(),
          field(Request.SET_MEM_TABLE, "count", region(1), 0, 4)
              .takes(1)
              .endsAt(0, 2, 8, 9, MAX_VALUE, -1)
              .withFile(),
          field(Request.SET_MEM_TABLE, "address", region(1), 8, 8)
              .takes(0, 1, -FILE - 4096)
              .endsAt(-FILE + 1, -1)
              .withFile(),
          field(Request.SET_MEM_TABLE, "size", region(1), 16, 8)
              .takes(1, FILE)
              .endsAt(0, FILE + 1, Long.MAX_VALUE, -1)
              .withFile(),
          field(Request.SET_MEM_TABLE, "offset", region(1), 32, 8)
              .takes(0)
              .endsAt(1, FILE, Long.MAX_VALUE, -1)
              .withFile(),
          field(Request.ADD_MEM_REG, "size", region(0), 16, 8)
              .takes(1, FILE)
              .endsAt(0, FILE + 1, Long.MAX_VALUE, -1)
              .withFile(),
          field(Request.ADD_MEM_REG, "offset", region(0), 32, 8)
              .takes(0)
              .endsAt(1, FILE, Long.MAX_VALUE, -1)
              .withFile(),
          // Some front-ends take a region away once for every queue pair.
          field(Request.REM_MEM_REG, "size", region(0), 16, 8)
              .takes(0, 1, FILE, Long.MAX_VALUE, -1),
          field(Request.GET_INFLIGHT_FD, "queues", inflight(), 16, 2)
              .takes(1, LAST_QUEUE + 1)
              .endsAt(0, LAST_QUEUE + 2, 0xffff),
          field(Request.GET_INFLIGHT_FD, "size", inflight(), 18, 2)
              .takes(1, LARGEST_RING)
              .endsAt(0, LARGEST_RING + 1, 0xffff),
          field(Request.SET_INFLIGHT_FD, "mmap size", inflight(), 0, 8)
              .endsAt(0, 1, FILE + 1, Long.MAX_VALUE, -1)
              .withFile(),
          field(Request.SET_INFLIGHT_FD, "mmap offset", inflight(), 8, 8)
              .endsAt(FILE, Long.MAX_VALUE, -1)
              .withFile(),
          field(Request.GET_CONFIG, "offset", configuration(), 0, 4)
              .takes(0, 1, CONFIGURATION - 8)
              .tells(CONFIGURATION - 7, CONFIGURATION, MAX_VALUE, -1),
          field(Request.GET_CONFIG, "size", configuration(), 4, 4)
              .takes(8)
              .tells(0, 1, 9, CONFIGURATION + 1, MAX_VALUE, -1),
          field(Request.SET_CONFIG, "offset", configuration(), 0, 4)
              .endsAt(0, 1, CONFIGURATION, MAX_VALUE, -1),
          field(Request.SET_DEVICE_STATE_FD, "direction", state(0, 0), 0, 4)
              .takes(0, 1)
              .tells(2, MAX_VALUE, -1)
              .withFile(),
          field(Request.SET_DEVICE_STATE_FD, "phase", state(0, 0), 4, 4)
              .takes(0)
              .tells(1, MAX_VALUE, -1)
              .withFile(),
          field(Request.IOTLB_MSG, "size", iotlb(), 8, 8).takes(1, 4096, FILE).tells(0),
          field(Request.IOTLB_MSG, "permissions", iotlb(), 24, 1).takes(0, 1, 3).tells(4, 0xff),
          field(Request.IOTLB_MSG, "type", iotlb(), 25, 1).takes(2, 3).tells(0, 1, 4, 0xff));

  /**
   * A number in a message.
   *
   * @param at its offset in the payload
   * @param width its bytes
   * @param taken values that are obeyed
   * @param told values that are answered with a failure
   * @param ending values that end the connection
   * @param file whether a descriptor comes along
   */
  record Field(
      Request request,
      String name,
      ByteBuffer payload,
      int at,
      int width,
      List<Long> taken,
      List<Long> told,
      List<Long> ending,
      boolean file) {

    Field takes(long... values) {
      return new Field(request, name, payload, at, width, list(values), told, ending, file);
    }

    Field tells(long... values) {
      return new Field(request, name, payload, at, width, taken, list(values), ending, file);
    }

    Field endsAt(long... values) {
      return new Field(request, name, payload, at, width, taken, told, list(values), file);
    }

    Field withFile() {
      return new Field(request, name, payload, at, width, taken, told, ending, true);
    }

    /** The payload with another value. */
    ByteBuffer with(long value) {
      ByteBuffer bytes = Client.payload(payload.remaining()).put(payload.duplicate());
      for (int i = 0; i < width; i++) {
        bytes.put(at + i, (byte) (value >> (Byte.SIZE * i)));
      }
      return bytes.flip();
    }

    @Override
    public String toString() {
      return "%s, %s".formatted(request, name);
    }
  }

  private static Field field(Request request, String name, ByteBuffer payload, int at, int width) {
    return new Field(request, name, payload, at, width, List.of(), List.of(), List.of(), false);
  }

  private static Field index(Request request, ByteBuffer payload) {
    return field(request, "index", payload, 0, 4)
        .takes(0, 1, LAST_QUEUE)
        .endsAt(LAST_QUEUE + 1, MAX_VALUE, -1);
  }

  /** Without one; too few are promised by 0 and 1. */
  private static Field descriptor(Request request) {
    return field(request, "index and flag", bytes(8), 0, 8)
        .takes(NO_DESCRIPTOR, NO_DESCRIPTOR | LAST_QUEUE)
        .endsAt(0, 1, NO_DESCRIPTOR | LAST_QUEUE + 1, 0xff, 0x1ff, 0x200, Long.MAX_VALUE, -1);
  }

  private static List<Long> list(long... values) {
    return Arrays.stream(values).boxed().toList();
  }

  private static ByteBuffer bytes(int count) {
    return Client.payload(count);
  }

  private static ByteBuffer state(int index, int value) {
    return bytes(8).putInt(index).putInt(value).flip();
  }

  private static ByteBuffer longs(long... values) {
    ByteBuffer bytes = bytes(values.length * Long.BYTES);
    Arrays.stream(values).forEach(bytes::putLong);
    return bytes.flip();
  }

  private static ByteBuffer region(int count) {
    return longs(count, 0, FILE, 0, 0);
  }

  private static ByteBuffer inflight() {
    return longs(FILE, 0, 0).putShort(16, (short) 2).putShort(18, (short) 64);
  }

  private static ByteBuffer configuration() {
    return bytes(20).putInt(4, 8);
  }

  private static ByteBuffer iotlb() {
    return longs(0, 4096, 0, 0).put(25, (byte) 2);
  }

  private MessageFields() {}
}

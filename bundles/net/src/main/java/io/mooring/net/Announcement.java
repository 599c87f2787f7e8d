package io.mooring.net;

import io.mooring.api.memory.HostMemory;
import java.lang.foreign.Arena;

/**
 * The RARP request by which a guest that has moved makes switches learn its new place (vhost-user,
 * SEND_RARP; RFC 903).
 */
final class Announcement {

  private static final long BROADCAST = 0xffff_ffff_ffffL;
  private static final int BYTES = 60;

  private Announcement() {}

  /** A broadcast frame from {@code mac}, first byte lowest, in memory of {@code arena}. */
  static Frames of(long mac, Arena arena) {
    long frame = arena.allocate(BYTES + 8L, 8).address();
    putMac(frame, BROADCAST);
    putMac(frame + 6, mac);
    put(frame + 12, 0x8035);
    put(frame + 14, 1);
    put(frame + 16, 0x0800);
    HostMemory.putByte(frame + 18, (byte) 6);
    HostMemory.putByte(frame + 19, (byte) 4);
    put(frame + 20, 3);
    putMac(frame + 22, mac);
    putMac(frame + 32, mac);
    Frames frames = new Frames(1);
    frames.count = 1;
    frames.length[0] = BYTES;
    frames.destination[0] = BROADCAST;
    frames.source[0] = mac;
    frames.address[0] = frame;
    frames.segmentLength[0] = BYTES;
    return frames;
  }

  private static void putMac(long at, long mac) {
    HostMemory.putInt(at, (int) mac);
    HostMemory.putShort(at + 4, (int) (mac >>> 32));
  }

  private static void put(long at, int value) {
    HostMemory.putShort(at, Short.reverseBytes((short) value));
  }
}

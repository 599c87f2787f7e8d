package io.mooring.frontend;

import static io.mooring.api.memory.HostMemory.getByte;
import static io.mooring.api.memory.HostMemory.getInt;
import static io.mooring.api.memory.HostMemory.getLong;
import static io.mooring.api.memory.HostMemory.getUnsignedShort;
import static io.mooring.api.memory.HostMemory.putByte;
import static io.mooring.api.memory.HostMemory.putInt;
import static io.mooring.api.memory.HostMemory.putLong;
import static io.mooring.api.memory.HostMemory.putShort;

/**
 * Frames that can be told from any other: an Ethernet header of the experimental type, the flow,
 * the length, a sequence number, a checksum over every byte, and a payload that differs in every
 * frame. Multi-byte fields behind the Ethernet header are little-endian.
 */
public final class TestFrame {

  /** The shortest. */
  public static final int MIN_BYTES = 60;

  /** What {@link #check} says of a frame that is somebody else's. */
  public static final long FOREIGN = -1;

  /** What {@link #check} says of a frame that is not as it was sent. */
  public static final long CORRUPTED = -2;

  private static final int TYPE_AT = 12;
  private static final int FLOW_AT = 16;
  private static final int LENGTH_AT = 20;
  private static final int SEQUENCE_AT = 24;
  private static final int CHECKSUM_AT = 32;
  private static final int PAYLOAD_AT = 40;

  /** IEEE 802 local experimental Ethertype 0x88b5, as two bytes in a little-endian word. */
  private static final int TYPE = 0xb588;

  private static final long GOLDEN = 0x9e37_79b9_7f4a_7c15L;
  private static final long MIX = 0xff51_afd7_ed55_8ccdL;

  private TestFrame() {}

  /** A locally administered MAC address of a number. */
  public static long mac(int number) {
    return 0x0200_0000_0000L | Integer.toUnsignedLong(number);
  }

  /**
   * Writes a frame.
   *
   * @param address in this process
   * @param to destination MAC
   * @param from source MAC
   */
  public static void write(long address, int length, long to, long from, int flow, long sequence) {
    putMac(address, to);
    putMac(address + 6, from);
    putShort(address + TYPE_AT, TYPE);
    putShort(address + TYPE_AT + 2, 0);
    putInt(address + FLOW_AT, flow);
    putInt(address + LENGTH_AT, length);
    putLong(address + SEQUENCE_AT, sequence);
    long word = sequence * GOLDEN + flow;
    int at = PAYLOAD_AT;
    for (; at <= length - 8; at += 8) {
      putLong(address + at, word);
      word += GOLDEN;
    }
    for (; at < length; at++) {
      putByte(address + at, (byte) word);
      word >>>= 8;
    }
    putLong(address + CHECKSUM_AT, checksum(address, length));
  }

  /**
   * Checks a frame over all its bytes.
   *
   * @return its sequence number, {@link #FOREIGN} or {@link #CORRUPTED}
   */
  public static long check(long address, int length, int flow) {
    if (length < MIN_BYTES || getUnsignedShort(address + TYPE_AT) != TYPE) {
      return FOREIGN;
    }
    boolean right =
        getInt(address + LENGTH_AT) == length
            && getInt(address + FLOW_AT) == flow
            && getLong(address + CHECKSUM_AT) == checksum(address, length);
    return right ? getLong(address + SEQUENCE_AT) : CORRUPTED;
  }

  /** Writes the shortest frame of another type, for instance to be heard before the test. */
  public static void writeForeign(long address, long to, long from, int type) {
    putMac(address, to);
    putMac(address + 6, from);
    putShort(address + TYPE_AT, Short.reverseBytes((short) type));
    for (int at = TYPE_AT + 2; at < MIN_BYTES; at++) {
      putByte(address + at, (byte) 0);
    }
  }

  private static long checksum(long address, int length) {
    long sum = length;
    for (int at = 0; at < CHECKSUM_AT; at += 8) {
      sum = step(sum, getLong(address + at));
    }
    int at = PAYLOAD_AT;
    for (; at <= length - 8; at += 8) {
      sum = step(sum, getLong(address + at));
    }
    for (; at < length; at++) {
      sum = step(sum, getByte(address + at));
    }
    return sum ^ sum >>> 32;
  }

  private static long step(long sum, long word) {
    return (Long.rotateLeft(sum, 23) ^ word) * MIX;
  }

  private static void putMac(long address, long mac) {
    putShort(address, Short.reverseBytes((short) (mac >>> 32)));
    putInt(address + 2, Integer.reverseBytes((int) mac));
  }
}

package io.mooring.api.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Raw access to this process's memory by address: the one place where it happens. An address comes
 * from {@link MemoryTable}, which checked it over its whole length, and is used within the burst
 * that translated it. Values are little-endian (every host that runs Mooring is). When a front-end
 * truncates its memory, access throws {@link InternalError}, but not at once: compiled code goes on
 * for a while, at the latest to the end of its method, with an arbitrary value of the type read.
 */
public final class HostMemory {

  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  // Where memory was truncated, HotSpot skips the instruction that reads it, and the register keeps
  // what it held: more than the type has, which compilers rely on. So each value is masked by an
  // instruction of its own, with a mask that they may not take for a constant. It also keeps what
  // is done with the value out of the instruction that reads it: HotSpot cannot skip them all (not
  // one that also sign-extends to 64 bits, movslq) and ends the process.
  private static int byteBits = 0xff;
  private static int shortBits = 0xffff;
  private static int intBits = -1;

  private HostMemory() {}

  public static byte getByte(long address) {
    return (byte) (ALL.get(ValueLayout.JAVA_BYTE, address) & byteBits);
  }

  public static void putByte(long address, byte value) {
    ALL.set(ValueLayout.JAVA_BYTE, address, value);
  }

  /** Reads an unsigned 16-bit value. */
  public static int getUnsignedShort(long address) {
    return ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address) & shortBits;
  }

  public static void putShort(long address, int value) {
    ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, (short) value);
  }

  public static int getInt(long address) {
    return ALL.get(ValueLayout.JAVA_INT_UNALIGNED, address) & intBits;
  }

  public static void putInt(long address, int value) {
    ALL.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
  }

  public static long getLong(long address) {
    return ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
  }

  public static void putLong(long address, long value) {
    ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
  }

  /**
   * Reads an unsigned 16-bit value that the other side publishes: nothing after it is read before
   * it. Two-byte aligned.
   */
  public static int getUnsignedShortAcquire(long address) {
    short value = ALL.get(ValueLayout.JAVA_SHORT_UNALIGNED, address);
    VarHandle.acquireFence();
    return value & shortBits;
  }

  /** Publishes a 16-bit value: everything written before it is seen before it. Two-byte aligned. */
  public static void putShortRelease(long address, int value) {
    VarHandle.releaseFence();
    ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, address, (short) value);
  }

  /**
   * Reads a 64-bit value that the other side publishes, at once: nothing after it is read before
   * it. Eight-byte aligned.
   */
  public static long getLongAcquire(long address) {
    long value = ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, address);
    VarHandle.acquireFence();
    return value;
  }

  /**
   * Publishes a 64-bit value: everything written before it is seen before it. Eight-byte aligned.
   */
  public static void putLongRelease(long address, long value) {
    VarHandle.releaseFence();
    ALL.set(ValueLayout.JAVA_LONG_UNALIGNED, address, value);
  }

  /** Sets bits atomically. Four-byte aligned. */
  public static void orInt(long address, int bits) {
    INT.getAndBitwiseOr(ALL, address, bits);
  }

  /**
   * Copies bytes between two ranges that do not overlap. Short copies are inlined: a frame of 64
   * bytes costs no call.
   */
  public static void copy(long from, long to, long length) {
    if (length >= 16 && length <= 128) {
      copyShort(from, to, length);
    } else {
      MemorySegment.copy(ALL, from, ALL, to, length);
    }
  }

  private static void copyShort(long from, long to, long length) {
    long last = length - 16;
    for (long done = 0; done < last; done += 16) {
      copySixteen(from + done, to + done);
    }
    copySixteen(from + last, to + last);
  }

  private static void copySixteen(long from, long to) {
    long low = getLong(from);
    long high = getLong(from + 8);
    putLong(to, low);
    putLong(to + 8, high);
  }

  /** Sets bytes to zero. */
  public static void clear(long address, long length) {
    ALL.asSlice(address, length).fill((byte) 0);
  }

  /** A view of a range, for calls that want a segment. */
  public static MemorySegment segment(long address, long length) {
    return ALL.asSlice(address, length);
  }
}

package io.mooring.virtqueue;

import io.mooring.api.memory.HostMemory;

/**
 * Stands in for {@link HostMemory} in an engine made by {@link ProbedEngine}, and tells of each
 * access before it happens. What the listener throws, the engine gets in the middle of its work.
 */
public final class MemoryProbe {

  /** Is told of accesses of this thread. */
  interface Listener {

    default void read(long address, int bytes) {}

    default void write(long address, int bytes) {}
  }

  private static final ThreadLocal<Listener> LISTENER =
      ThreadLocal.withInitial(() -> new Listener() {});

  private MemoryProbe() {}

  static void listen(Listener listener) {
    LISTENER.set(listener);
  }

  static void ignore() {
    LISTENER.remove();
  }

  public static byte getByte(long address) {
    LISTENER.get().read(address, 1);
    return HostMemory.getByte(address);
  }

  public static void putByte(long address, byte value) {
    LISTENER.get().write(address, 1);
    HostMemory.putByte(address, value);
  }

  public static int getUnsignedShort(long address) {
    LISTENER.get().read(address, 2);
    return HostMemory.getUnsignedShort(address);
  }

  public static void putShort(long address, int value) {
    LISTENER.get().write(address, 2);
    HostMemory.putShort(address, value);
  }

  public static int getInt(long address) {
    LISTENER.get().read(address, 4);
    return HostMemory.getInt(address);
  }

  public static void putInt(long address, int value) {
    LISTENER.get().write(address, 4);
    HostMemory.putInt(address, value);
  }

  public static long getLong(long address) {
    LISTENER.get().read(address, 8);
    return HostMemory.getLong(address);
  }

  public static void putLong(long address, long value) {
    LISTENER.get().write(address, 8);
    HostMemory.putLong(address, value);
  }

  public static int getUnsignedShortAcquire(long address) {
    LISTENER.get().read(address, 2);
    return HostMemory.getUnsignedShortAcquire(address);
  }

  public static void putShortRelease(long address, int value) {
    LISTENER.get().write(address, 2);
    HostMemory.putShortRelease(address, value);
  }

  public static long getLongAcquire(long address) {
    LISTENER.get().read(address, 8);
    return HostMemory.getLongAcquire(address);
  }

  public static void putLongRelease(long address, long value) {
    LISTENER.get().write(address, 8);
    HostMemory.putLongRelease(address, value);
  }
}

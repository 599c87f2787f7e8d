package io.mooring.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.mooring.api.os.Tap;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open TAP descriptor; one frame a call. Not bound as critical: a frame given to the host runs
 * through much of its network within the call.
 */
final class TapInterface implements Tap {

  private static final Logger LOG = LoggerFactory.getLogger(TapInterface.class);

  private static final MethodHandle READ =
      SystemCall.function("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle WRITE =
      SystemCall.function("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

  private final String name;
  private final int descriptor;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Owns the descriptor, which is non-blocking. */
  TapInterface(String name, int descriptor) {
    this.name = name;
    this.descriptor = descriptor;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int descriptor() {
    return descriptor;
  }

  @Override
  public int read(MemorySegment into) {
    try {
      return (int) Math.max(0, (long) READ.invokeExact(descriptor, into, into.byteSize()));
    } catch (Throwable impossible) {
      throw SystemCall.unexpected(impossible);
    }
  }

  @Override
  public boolean write(MemorySegment from) {
    try {
      return (long) WRITE.invokeExact(descriptor, from, from.byteSize()) == from.byteSize();
    } catch (Throwable impossible) {
      throw SystemCall.unexpected(impossible);
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      try {
        Descriptors.close(descriptor);
      } catch (IOException e) {
        LOG.warn("TAP {}: {}", name, e.getMessage());
      }
    }
  }
}

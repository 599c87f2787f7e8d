package io.mooring.port;

import io.mooring.api.memory.DirtyLog;
import io.mooring.api.os.Os;
import io.mooring.api.protocol.ProtocolException;

/** The migration log that the front-end shares. */
record SharedBitmap(SharedArea area, long size, DirtyLog dirty) {

  static SharedBitmap map(Os os, long size, long offset, int descriptor) throws ProtocolException {
    SharedArea area = SharedArea.map(os, "SET_LOG_BASE", size, offset, descriptor);
    return new SharedBitmap(area, size, new DirtyLog(area.address(), size));
  }

  /** Whether it has a bit for each page below a guest address. */
  boolean covers(long end) {
    return Long.compareUnsigned(
            Long.divideUnsigned(end - 1, (long) DirtyLog.PAGE * Byte.SIZE), size)
        < 0;
  }

  boolean touchable(Os os) {
    return area.touchable(os);
  }

  boolean intact(Os os) {
    return area.intact(os);
  }

  void unmap(Os os) {
    area.unmap(os);
  }
}

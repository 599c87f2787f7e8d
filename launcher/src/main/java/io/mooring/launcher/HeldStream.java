package io.mooring.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Holds what bundles say on the console until the start is decided: a start that fails says one
 * line, and the rest is in the log file.
 */
final class HeldStream extends OutputStream {

  private static final int LIMIT = 1 << 20;

  private final OutputStream target;
  private ByteArrayOutputStream held = new ByteArrayOutputStream();

  HeldStream(OutputStream target) {
    this.target = target;
  }

  /**
   * Lets everything through from now on, first what was held: to whoever reads it. Where nobody
   * does any more, as where the one who started this process ended, VMs are served all the same.
   */
  synchronized void release() {
    if (held != null) {
      ByteArrayOutputStream before = held;
      held = null;
      try {
        before.writeTo(target);
        target.flush();
      } catch (IOException unread) {
        // It is in the log file, too.
      }
    }
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    if (held == null) {
      target.write(bytes, offset, length);
    } else if (held.size() + length <= LIMIT) {
      held.write(bytes, offset, length);
    }
  }

  @Override
  public synchronized void flush() throws IOException {
    if (held == null) {
      target.flush();
    }
  }
}

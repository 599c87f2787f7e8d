package io.mooring.shell;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * The answer's side of the control socket, which the launcher's ControlClient reads: frames of a
 * kind, a length and bytes. Any thread.
 */
final class ControlFrames {

  static final byte OUTPUT = 1;
  static final byte ERROR = 2;
  private static final byte STATUS = 3;

  private final SocketChannel channel;

  ControlFrames(SocketChannel channel) {
    this.channel = channel;
  }

  void status(int status) {
    write(STATUS, new byte[] {(byte) status});
  }

  void write(byte kind, byte[] bytes) {
    write(kind, bytes, 0, bytes.length);
  }

  private synchronized void write(byte kind, byte[] bytes, int offset, int length) {
    ByteBuffer frame = ByteBuffer.allocate(5 + length);
    frame.put(kind).putInt(length).put(bytes, offset, length).flip();
    try {
      while (frame.hasRemaining()) {
        channel.write(frame);
      }
    } catch (IOException _) {
      // The client went away; its session notices on the reading side and ends the command.
    }
  }

  /** A stream that sends what it is given at every flush and every end of line. */
  PrintStream stream(byte kind) {
    var frames =
        new OutputStream() {
          @Override
          public void write(int octet) {
            write(new byte[] {(byte) octet}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            ControlFrames.this.write(kind, bytes, offset, length);
          }
        };
    return new PrintStream(new BufferedOutputStream(frames), true, StandardCharsets.UTF_8);
  }
}

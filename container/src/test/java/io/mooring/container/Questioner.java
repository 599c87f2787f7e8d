package io.mooring.container;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A front-end that asks for the features and again for the features (GET_FEATURES). */
final class Questioner implements AutoCloseable {

  private static final int GET_FEATURES = 1;
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 12;

  private final SocketChannel socket;

  Questioner(Path path) throws IOException {
    socket = SocketChannel.open(StandardProtocolFamily.UNIX);
    socket.connect(UnixDomainSocketAddress.of(path));
  }

  void ask(int times) throws IOException {
    ByteBuffer question = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    question.putInt(GET_FEATURES).putInt(VERSION).putInt(0).flip();
    ByteBuffer answer = ByteBuffer.allocate(HEADER_BYTES + Long.BYTES);
    for (int i = 0; i < times; i++) {
      socket.write(question.rewind());
      for (answer.clear(); answer.hasRemaining(); ) {
        if (socket.read(answer) < 0) {
          throw new IOException("the connection ended at question %d".formatted(i));
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

package io.mooring.transport;

import io.mooring.api.os.Os;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.Arrays;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.FileDescriptorCast;

/**
 * The descriptors that came along with one message. junixsocket closes what it received with the
 * socket, so each is duplicated for its new owner; what nobody claims is closed.
 */
final class ReceivedDescriptors implements AutoCloseable {

  private static final int[] NONE = {};

  private final AFUNIXSocket socket;
  private final Os os;
  private int[] owned = NONE;

  ReceivedDescriptors(AFUNIXSocket socket, Os os) {
    this.socket = socket;
    this.os = os;
  }

  /** Takes over what the last read brought. */
  void collect() throws IOException {
    FileDescriptor[] received = socket.getReceivedFileDescriptors();
    if (received == null) {
      return;
    }
    IOException failure = null;
    for (FileDescriptor each : received) {
      // Closing the stream closes the descriptor and lets junixsocket forget it.
      try (FileInputStream closing = new FileInputStream(each)) {
        int number = FileDescriptorCast.using(closing.getFD()).as(Integer.class);
        int mine = os.duplicate(number);
        owned = Arrays.copyOf(owned, owned.length + 1);
        owned[owned.length - 1] = mine;
      } catch (IOException first) {
        failure = first;
      }
    }
    if (failure != null) {
      throw new IOException("cannot take a descriptor: " + failure.getMessage(), failure);
    }
  }

  int count() {
    return owned.length;
  }

  /** Hands them to a new owner. */
  int[] claim() {
    int[] claimed = owned;
    owned = NONE;
    return claimed;
  }

  @Override
  public void close() {
    for (int each : claim()) {
      os.close(each);
    }
  }
}

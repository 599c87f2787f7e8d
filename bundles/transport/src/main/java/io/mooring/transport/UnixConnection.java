package io.mooring.transport;

import io.mooring.api.os.Os;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Message;
import io.mooring.api.transport.Peer;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketCredentials;
import org.newsclub.net.unix.FileDescriptorCast;

/** A connected socket: cuts the stream into messages. */
final class UnixConnection implements Connection {

  /** SCM_MAX_FD: the kernel never hands over more at once, so none is ever cut off unseen. */
  private static final int KERNEL_DESCRIPTORS = 253;

  private static final int CONTROL_BYTES = 64 + KERNEL_DESCRIPTORS * Integer.BYTES;

  /** So long at most; who closes is faster. */
  private static final int WAIT_MILLIS = 60_000;

  private final AFUNIXSocket socket;
  private final Os os;
  private final int descriptor;

  /** Ends a wait. */
  private final int wake;

  private final Object sending = new Object();

  /** How many threads are in a call on the socket. */
  private int calls;

  private boolean closed;

  /** Whether the socket goes on with somebody else. */
  private boolean left;

  /** The socket is owned from now on, also when this throws. */
  UnixConnection(AFUNIXSocket socket, Os os) throws IOException {
    this.socket = socket;
    this.os = os;
    try {
      descriptor = FileDescriptorCast.using(socket.getFileDescriptor()).as(Integer.class);
      socket.ensureAncillaryReceiveBufferSize(CONTROL_BYTES);
      wake = os.eventfd();
    } catch (IOException failure) {
      socket.close();
      throw failure;
    }
  }

  @Override
  public void await() throws IOException {
    if (!begin()) {
      return;
    }
    try {
      while (!os.awaitReadable(descriptor, wake, WAIT_MILLIS) && !isClosed()) {
        // Nobody says anything.
      }
    } finally {
      end();
    }
  }

  @Override
  public int descriptor() {
    return isClosed() ? -1 : descriptor;
  }

  @Override
  public Optional<Message> receive() throws IOException {
    if (!begin()) {
      return Optional.empty();
    }
    try (ReceivedDescriptors descriptors = new ReceivedDescriptors(socket, os)) {
      return read(descriptors);
    } catch (IOException failure) {
      if (isClosed()) {
        return Optional.empty();
      }
      throw failure;
    } finally {
      end();
    }
  }

  private Optional<Message> read(ReceivedDescriptors descriptors) throws IOException {
    byte[] start = new byte[Message.HEADER_BYTES];
    if (!fill(start, descriptors)) {
      return Optional.empty();
    }
    ByteBuffer header = littleEndian(start);
    int request = header.getInt();
    int flags = header.getInt();
    int size = header.getInt();
    if ((flags & Message.VERSION_MASK) != Message.VERSION) {
      throw new IOException(
          "request %d has version %d, allowed is %d"
              .formatted(
                  Integer.toUnsignedLong(request), flags & Message.VERSION_MASK, Message.VERSION));
    }
    if (size < 0 || size > Message.MAX_PAYLOAD) {
      throw new IOException(
          "request %d has a payload of %d bytes, at most %d are allowed"
              .formatted(
                  Integer.toUnsignedLong(request),
                  Integer.toUnsignedLong(size),
                  Message.MAX_PAYLOAD));
    }
    byte[] payload = new byte[size];
    if (size > 0 && !fill(payload, descriptors)) {
      throw cut(0, size);
    }
    if (descriptors.count() > Message.MAX_DESCRIPTORS) {
      throw new IOException(
          "request %d has %d descriptors, at most %d are allowed"
              .formatted(
                  Integer.toUnsignedLong(request), descriptors.count(), Message.MAX_DESCRIPTORS));
    }
    return Optional.of(new Message(request, flags, littleEndian(payload), descriptors.claim()));
  }

  /** Fills the array; false when the stream ends before its first byte. */
  private boolean fill(byte[] bytes, ReceivedDescriptors descriptors) throws IOException {
    InputStream stream = socket.getInputStream();
    for (int done = 0; done < bytes.length; ) {
      int count = stream.read(bytes, done, bytes.length - done);
      descriptors.collect();
      if (count < 0) {
        if (done == 0) {
          return false;
        }
        throw cut(done, bytes.length);
      }
      done += count;
    }
    return true;
  }

  private static IOException cut(int had, int wanted) {
    return new IOException(
        "the connection ended in the middle of a message, after %d of %d bytes"
            .formatted(had, wanted));
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void send(Message message) throws IOException {
    ByteBuffer payload = message.payload();
    byte[] whole = new byte[Message.HEADER_BYTES + payload.remaining()];
    ByteBuffer filling = littleEndian(whole);
    filling.putInt(message.request()).putInt(message.flags()).putInt(payload.remaining());
    filling.put(payload.duplicate());
    int[] numbers = message.unclaimed();
    FileDescriptor[] descriptors = new FileDescriptor[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      descriptors[i] = FileDescriptorCast.unsafeUsing(numbers[i]).getFileDescriptor();
    }
    if (!begin()) {
      throw new IOException("the connection was closed here");
    }
    try {
      synchronized (sending) {
        if (descriptors.length > 0) {
          socket.setOutboundFileDescriptors(descriptors);
        }
        socket.getOutputStream().write(whole);
      }
    } finally {
      end();
    }
  }

  @Override
  public Peer peer() throws IOException {
    AFUNIXSocketCredentials credentials = socket.getPeerCredentials();
    return new Peer(credentials.getPid(), credentials.getUid(), credentials.getGid());
  }

  private synchronized boolean begin() {
    if (closed) {
      return false;
    }
    calls++;
    return true;
  }

  private synchronized void end() {
    calls--;
    if (closed && calls == 0) {
      release();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized void leave() {
    if (closed) {
      return;
    }
    closed = true;
    left = true;
    os.signal(wake);
    if (calls == 0) {
      release();
    }
  }

  /**
   * Wakes who receives or sends; the descriptor's number is given back only when nobody is in a
   * call on it, because the next open file may get it.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      // The socket's own methods do not know that it is connected.
      socket.getChannel().shutdownInput().shutdownOutput();
    } catch (IOException gone) {
      // The other side was faster.
    }
    if (calls == 0) {
      release();
    }
  }

  private void release() {
    try {
      FileDescriptor file = socket.getFileDescriptor();
      if (left) {
        UnixTransport.drop(file);
      }
      socket.close();
      // A socket that was adopted does not do so itself.
      UnixTransport.drop(file);
    } catch (IOException failure) {
      // It is closed all the same.
    }
    os.close(wake);
  }
}

package io.mooring.transport;

import io.mooring.api.os.Os;
import io.mooring.api.transport.Connection;
import java.io.FileDescriptor;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.FileDescriptorCast;

/** A listening socket and the file that names it. */
final class ListeningSocket {

  /** Who accepts was told that somebody connected: it does not wait for long. */
  private static final int ACCEPT_MILLIS = 1;

  private final AFUNIXServerSocket socket;
  private final Path path;

  /** The file's, if it was there. */
  private final Optional<Object> inode;

  private final int descriptor;
  private final Os os;

  /** The socket is owned from now on, also when this throws. */
  ListeningSocket(AFUNIXServerSocket socket, Path path, Os os) throws IOException {
    this.socket = socket;
    this.path = path;
    this.os = os;
    inode = inode();
    try {
      descriptor = FileDescriptorCast.using(socket.getFileDescriptor()).as(Integer.class);
      socket.setSoTimeout(ACCEPT_MILLIS);
    } catch (IOException failure) {
      socket.close();
      throw failure;
    }
  }

  Path path() {
    return path;
  }

  /** Readable when somebody connected. */
  int descriptor() {
    return descriptor;
  }

  /** Who connected; empty when nobody has, or when the socket was closed. */
  synchronized Optional<Connection> accept() throws IOException {
    try {
      return Optional.of(new UnixConnection(socket.accept(), os));
    } catch (SocketTimeoutException nobody) {
      return Optional.empty();
    } catch (IOException failure) {
      if (socket.isClosed()) {
        return Optional.empty();
      }
      throw new IOException(
          "cannot accept at %s: %s".formatted(path, failure.getMessage()), failure);
    }
  }

  /** Returns when nobody is being accepted any more. */
  synchronized void settle() {
    // Who accepts holds the monitor, for a moment only.
  }

  /**
   * Stops listening and removes the file if it is still this socket's. Not while somebody accepts:
   * junixsocket wakes who does by connecting to the file, and loses that connection's descriptor
   * when the file has gone.
   */
  synchronized void close() {
    try {
      // The file goes first: who connects in between would wait for an answer that never comes.
      if (inode.isPresent() && inode.equals(inode())) {
        Files.deleteIfExists(path);
      }
    } catch (IOException gone) {
      // Somebody else removed it.
    }
    try {
      FileDescriptor file = socket.getFileDescriptor();
      socket.close();
      // A socket that was adopted does not do so itself.
      UnixTransport.drop(file);
    } catch (IOException failure) {
      // It is closed all the same.
    }
  }

  /** Stops listening here; the file stays. Not while somebody accepts. */
  synchronized void leave() {
    try {
      UnixTransport.drop(socket.getFileDescriptor());
      socket.close();
    } catch (IOException failure) {
      // It is closed all the same.
    }
  }

  private Optional<Object> inode() {
    try {
      return Optional.of(Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }
}

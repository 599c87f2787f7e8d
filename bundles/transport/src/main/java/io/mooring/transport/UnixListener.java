package io.mooring.transport;

import io.mooring.api.os.Os;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.newsclub.net.unix.AFUNIXServerSocket;

/** A listening socket and the file that names it. */
final class UnixListener implements Listener {

  private final AFUNIXServerSocket socket;
  private final Path path;
  private final Object inode;
  private final Os os;

  UnixListener(AFUNIXServerSocket socket, Path path, Os os) throws IOException {
    this.socket = socket;
    this.path = path;
    this.os = os;
    inode = inode();
  }

  @Override
  public Optional<Connection> accept() throws IOException {
    try {
      return Optional.of(new UnixConnection(socket.accept(), os));
    } catch (IOException failure) {
      if (socket.isClosed()) {
        return Optional.empty();
      }
      throw new IOException(
          "cannot accept at %s: %s".formatted(path, failure.getMessage()), failure);
    }
  }

  @Override
  public void close() {
    if (socket.isClosed()) {
      return;
    }
    try {
      // The file goes first: who connects in between would wait for an answer that never comes.
      if (inode.equals(inode())) {
        Files.deleteIfExists(path);
      }
    } catch (IOException gone) {
      // Somebody else removed it.
    }
    try {
      socket.close();
    } catch (IOException failure) {
      // It is closed all the same.
    }
  }

  private Object inode() throws IOException {
    return Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
  }
}

package io.mooring.transport;

import io.mooring.api.os.Os;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Listener;
import io.mooring.api.transport.Transport;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.FileDescriptorCast;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Unix sockets by junixsocket, which passes descriptors along. */
@Component
public final class UnixTransport implements Transport {

  private static final int BACKLOG = 16;

  private final Os os;

  /** Held from the look whether somebody listens until we do: a port in between looks dead. */
  private final ReentrantLock listening = new ReentrantLock();

  /** A transport that makes received descriptors its caller's by {@code os}. */
  @Activate
  public UnixTransport(@Reference Os os) {
    this.os = os;
  }

  @Override
  public Listener listener() throws IOException {
    return new UnixListener(this, os);
  }

  /** A listening socket at a path, as {@link Listener#add} says. */
  ListeningSocket bind(Path path) throws IOException {
    listening.lock();
    try {
      makeRoom(path);
      return bindFree(path);
    } finally {
      listening.unlock();
    }
  }

  private ListeningSocket bindFree(Path path) throws IOException {
    AFUNIXServerSocket socket = AFUNIXServerSocket.newInstance();
    try {
      // Our own check comes first, so that nobody's socket is taken from them by the bind.
      socket.setReuseAddress(false);
      // The listener removes the file itself, and only its own.
      socket.setDeleteOnClose(false);
      socket.bind(AFUNIXSocketAddress.of(path), BACKLOG);
      return new ListeningSocket(socket, path, os);
    } catch (IOException failure) {
      socket.close();
      throw new IOException(
          "cannot listen at %s: %s".formatted(path, reason(path, failure)), failure);
    }
  }

  /** Removes a socket that nobody listens at any more. */
  private static void makeRoom(Path path) throws IOException {
    checkLength(path);
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!isSocket(path)) {
      throw new IOException(
          "cannot listen at %s: a file that is no socket is there".formatted(path));
    }
    // Not connectTo, which leaves a socket that could not connect to the garbage collector.
    try (AFUNIXSocket probe = AFUNIXSocket.newInstance()) {
      probe.connect(AFUNIXSocketAddress.of(path));
    } catch (IOException nobody) {
      if (Files.isWritable(path)) {
        Files.deleteIfExists(path);
        return;
      }
      throw new IOException(
          "cannot listen at %s: a socket is there that this user may not use".formatted(path),
          nobody);
    }
    throw new IOException("cannot listen at %s: another process listens there".formatted(path));
  }

  @Override
  public Connection connect(Path path) throws IOException {
    checkLength(path);
    AFUNIXSocket socket = AFUNIXSocket.newInstance();
    try {
      socket.connect(AFUNIXSocketAddress.of(path));
    } catch (IOException failure) {
      socket.close();
      throw new IOException(
          "cannot connect to %s: %s".formatted(path, reason(path, failure)), failure);
    }
    return new UnixConnection(socket, os);
  }

  @Override
  public Connection adopt(int descriptor) throws IOException {
    return new UnixConnection(adopt(descriptor, AFUNIXSocket.class), os);
  }

  /** A listening socket that another process had; owns the descriptor, also when this throws. */
  ListeningSocket adoptListening(Path path, int descriptor) throws IOException {
    return new ListeningSocket(adopt(descriptor, AFUNIXServerSocket.class), path, os);
  }

  private <T> T adopt(int descriptor, Class<T> kind) throws IOException {
    try {
      return FileDescriptorCast.unsafeUsing(descriptor).as(kind);
    } catch (IOException | ClassCastException other) {
      os.close(descriptor);
      throw new IOException(
          "descriptor %d is no %s"
              .formatted(
                  descriptor,
                  kind == AFUNIXSocket.class ? "connected unix socket" : "listening unix socket"),
          other);
    }
  }

  /** Closes a socket's descriptor only, if it is open: by its own end duplicates would end, too. */
  static void drop(FileDescriptor descriptor) throws IOException {
    if (descriptor.valid()) {
      new FileInputStream(descriptor).close();
    }
  }

  private static void checkLength(Path path) throws IOException {
    int bytes = path.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_PATH_BYTES) {
      throw new IOException(
          "socket path has %d bytes, at most %d are allowed: %s"
              .formatted(bytes, MAX_PATH_BYTES, path));
    }
  }

  private static boolean isSocket(Path path) throws IOException {
    int type = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 0xf000;
    return type == 0xc000;
  }

  /** In plain words where the file system tells more than the call's own failure. */
  private static String reason(Path path, IOException failure) {
    Path directory = path.toAbsolutePath().getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      return directory + " is no directory";
    }
    return failure.getMessage();
  }
}

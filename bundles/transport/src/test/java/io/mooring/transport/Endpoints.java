package io.mooring.transport;

import io.mooring.api.os.Os;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Listener;
import io.mooring.linux.LinuxOs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

/** A directory for sockets, a listener in it, and both ends of connections. */
final class Endpoints implements AutoCloseable {

  final Os os = new LinuxOs();
  final UnixTransport transport = new UnixTransport(os);
  final Path directory;
  final Path path;
  final Listener listener;

  Endpoints() throws IOException {
    // Not the build's directory: socket paths are short.
    directory = Files.createTempDirectory("mooring");
    path = directory.resolve("s");
    listener = transport.listener();
    listener.add(path);
  }

  /** A peer that writes bytes as it likes. */
  AFUNIXSocket peer() throws IOException {
    return AFUNIXSocket.connectTo(AFUNIXSocketAddress.of(path));
  }

  Connection connect() throws IOException {
    return transport.connect(path);
  }

  Connection accept() throws IOException {
    return accept(listener);
  }

  static Connection accept(Listener listener) throws IOException {
    return listener.accept().orElseThrow().connection();
  }

  /** A message as it is on the wire. */
  static byte[] wire(int request, int flags, int size, byte[] payload) {
    return ByteBuffer.allocate(12 + payload.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(request)
        .putInt(flags)
        .putInt(size)
        .put(payload)
        .array();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    Files.deleteIfExists(path);
    Files.delete(directory);
  }
}

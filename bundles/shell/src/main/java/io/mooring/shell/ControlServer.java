package io.mooring.shell;

import io.mooring.api.upgrade.LastWords;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.condition.Condition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control socket {@code HOME/run/control}: whoever can open it can run any command. Its
 * directory lets only the owner in, and so does the socket. A framework that was started without a
 * home has none.
 */
@Component(immediate = true)
public final class ControlServer implements LastWords {

  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
  private static final int MOST_CLIENTS = 64;
  private static final Duration GLANCE = Duration.ofMillis(10);

  private final CommandProcessor processor;
  private final Optional<Path> path;
  private Optional<Socket> socket = Optional.empty();
  private final Set<ControlSession> sessions = ConcurrentHashMap.newKeySet();

  private record Socket(ServerSocketChannel server, Path path) {}

  @Activate
  public ControlServer(BundleContext context, @Reference CommandProcessor processor)
      throws IOException {
    this.processor = processor;
    String home = context.getProperty("io.mooring.home");
    path = Optional.ofNullable(home).map(each -> Path.of(each, "run", "control"));
    if (home == null) {
      LOG.info("no control socket: the framework property io.mooring.home is not set");
    } else if (context.getProperty("io.mooring.predecessor") == null) {
      open();
    }
  }

  /** The home is this process's from now on, or again: the other one has ended. */
  @Reference(
      target = "(osgi.condition.id=io.mooring.home)",
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC)
  void bindHome(Condition taken) throws IOException {
    open();
  }

  void unbindHome(Condition taken) {
    // It stays so.
  }

  private synchronized void open() throws IOException {
    if (path.isPresent()) {
      if (socket.isPresent()) {
        // Another process has put its own in the place.
        socket.get().server.close();
      }
      Socket open = open(path.get());
      socket = Optional.of(open);
      Thread.ofPlatform().daemon().name("control").start(() -> accept(open));
    }
  }

  private static Socket open(Path path) throws IOException {
    // The launcher's lock says that no other instance runs here, so this is a dead one's.
    Files.deleteIfExists(path);
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    return new Socket(server, path);
  }

  @Deactivate
  synchronized void stop() throws IOException {
    if (socket.isPresent()) {
      socket.get().server.close();
      Files.deleteIfExists(socket.get().path);
    }
    sessions.forEach(ControlSession::close);
  }

  /** Until every client has its command's status. */
  @Override
  public void await(Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (!sessions.isEmpty() && System.nanoTime() < end) {
      Thread.sleep(GLANCE);
    }
  }

  private void accept(Socket open) {
    while (open.server.isOpen()) {
      try {
        serve(open.server.accept());
      } catch (ClosedChannelException _) {
        return;
      } catch (IOException exception) {
        LOG.warn("control socket {}: {}", open.path, exception.toString());
        pause();
      }
    }
  }

  private void serve(SocketChannel channel) {
    var session = new ControlSession(channel, processor);
    sessions.add(session);
    if (sessions.size() > MOST_CLIENTS) {
      sessions.remove(session);
      session.refuse("the control socket serves " + MOST_CLIENTS + " clients already");
      return;
    }
    Thread.ofPlatform()
        .daemon()
        .name("control client")
        .start(() -> {
          try {
            session.serve();
          } finally {
            sessions.remove(session);
          }
        });
  }

  /** Out of descriptors, accept would fail at once, again and again. */
  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

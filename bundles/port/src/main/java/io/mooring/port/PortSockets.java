package io.mooring.port;

import io.mooring.api.transport.Listener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets at which a port listens: one, or one for each profile that it can offer now. Any
 * thread.
 */
final class PortSockets {

  private static final Logger LOG = LoggerFactory.getLogger(PortSockets.class);

  private final PortSettings settings;
  private final SocketDirectories directories;
  private final Listener listener;
  private final Supplier<Set<String>> offered;

  /** The profile of each path; replaced as a whole. */
  private volatile Map<Path, String> open = Map.of();

  /** Sockets that cannot be had, told once. */
  private final Set<String> told = new HashSet<>();

  /** The socket that a front-end is connected by, which stays. */
  private Optional<Path> held = Optional.empty();

  /** Whether nothing is offered because all was withdrawn. */
  private boolean withdrawn;

  private boolean closed;

  /**
   * @param offered the names of the profiles that the port can offer now
   */
  PortSockets(
      PortSettings settings,
      SocketDirectories directories,
      Listener listener,
      Supplier<Set<String>> offered) {
    this.settings = settings;
    this.directories = directories;
    this.listener = listener;
    this.offered = offered;
  }

  /**
   * Goes on with a socket that another process had.
   *
   * @param profile the one whose socket it is, where each has one
   * @param descriptor owned from now on, also when this throws
   */
  synchronized void adopt(Path path, Optional<String> profile, int descriptor) throws IOException {
    listener.adopt(path, descriptor);
    if (profile.isPresent()) {
      Map<Path, String> now = new TreeMap<>(open);
      now.put(path, profile.get());
      open = Collections.unmodifiableMap(now);
    }
  }

  /** The sockets themselves. */
  SortedMap<Path, Integer> descriptors() {
    return listener.descriptors();
  }

  /** Lets who connects wait, or no longer. */
  void still(boolean wait) throws IOException {
    listener.hold(wait);
  }

  /**
   * Opens the sockets that are not open yet.
   *
   * @throws IOException when the port has one socket for all, and it cannot be had
   */
  void open() throws IOException {
    if (settings.socket().isTemplate()) {
      update(false);
    } else if (listener.descriptors().isEmpty()) {
      listener.add(settings.socket().path());
    }
  }

  /**
   * Brings the sockets in line with what the port can offer now.
   *
   * @param certain whether nothing to offer means that all was withdrawn, rather than that a room
   *     is being replaced
   */
  synchronized void update(boolean certain) {
    if (closed || !settings.socket().isTemplate()) {
      return;
    }
    Set<String> names = offered.get();
    withdrawn = names.isEmpty() && (certain || withdrawn);
    if (names.isEmpty() && !withdrawn) {
      return;
    }
    Map<Path, String> now = new TreeMap<>(open);
    open.forEach((path, profile) -> {
      if (!names.contains(profile) && !held.equals(Optional.of(path))) {
        directories.close(listener, path, settings.socket().ownDirectories());
        now.remove(path);
      }
    });
    for (String profile : names) {
      Path path = settings.socket().path(profile);
      if (!now.containsKey(path) && listens(path, profile)) {
        now.put(path, profile);
      }
    }
    open = Collections.unmodifiableMap(now);
  }

  private boolean listens(Path path, String profile) {
    String why = settings.socket().fault(profile).orElse("");
    if (why.isEmpty()) {
      try {
        directories.open(listener, path, settings.socket().ownDirectories());
        told.removeIf(line -> line.startsWith(profile + ":"));
        return true;
      } catch (IOException failure) {
        why = failure.getMessage();
      }
    }
    if (told.add(profile + ": " + why)) {
      LOG.warn("port {}: no socket for profile {}: {}", settings.name(), profile, why);
    }
    return false;
  }

  /** The profile whose socket this is; empty where one socket is for all. */
  Optional<String> profile(Path path) {
    return Optional.ofNullable(open.get(path));
  }

  /** The paths that listen, by profile; none where one socket is for all. */
  Map<String, String> byProfile() {
    var paths = new TreeMap<String, String>();
    open.forEach((path, profile) -> paths.put(profile, path.toString()));
    return paths;
  }

  /** A front-end is connected by this socket: it stays until {@link #release}. */
  synchronized void hold(Path path) {
    held = Optional.of(path);
  }

  /** The front-end has gone. */
  synchronized void release() {
    held = Optional.empty();
    update(false);
  }

  /** Closes all. */
  synchronized void close() {
    closed = true;
    for (Path path : List.copyOf(open.keySet())) {
      directories.close(listener, path, settings.socket().ownDirectories());
    }
    open = Map.of();
    listener.close();
  }
}

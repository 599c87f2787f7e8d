package io.mooring.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where an instance lives.
 *
 * @param root absolute; holds {@code etc load log data}
 * @param run absolute; {@code root/run} is this directory or a link to it
 */
record Home(Path root, Path run) {

  private static final String CACHE = "cache-";

  /** The named home, or the user's own. */
  static Home of(Optional<String> named, Map<String, String> environment, boolean superuser)
      throws Refusal {
    Home home = choose(named, environment, superuser);
    int control = home.control().toString().getBytes(StandardCharsets.UTF_8).length;
    if (control > PortOption.LONGEST_SOCKET) {
      throw Refusal.usage(
          "home %s: its control socket's path would have %d bytes, at most %d are allowed"
              .formatted(home.root, control, PortOption.LONGEST_SOCKET));
    }
    return home;
  }

  private static Home choose(
      Optional<String> named, Map<String, String> environment, boolean superuser) throws Refusal {
    if (named.isPresent()) {
      Path root = path(named.get()).toAbsolutePath().normalize();
      return new Home(root, root.resolve("run"));
    }
    if (superuser) {
      return new Home(Path.of("/var/lib/mooring"), Path.of("/run/mooring"));
    }
    Path data = directory(environment, "XDG_DATA_HOME");
    if (data == null) {
      Path user = directory(environment, "HOME");
      if (user == null) {
        throw Refusal.usage("no home: give --home DIR or set HOME");
      }
      data = user.resolve(".local/share");
    }
    Path root = data.resolve("mooring");
    Path runtime = directory(environment, "XDG_RUNTIME_DIR");
    return new Home(root, runtime == null ? root.resolve("run") : runtime.resolve("mooring"));
  }

  private static Path path(String named) throws Refusal {
    try {
      return Path.of(named);
    } catch (InvalidPathException exception) {
      throw Refusal.usage("home: " + exception.getReason());
    }
  }

  /** The XDG specification: a relative path is to be ignored. */
  private static Path directory(Map<String, String> environment, String variable) throws Refusal {
    String value = environment.getOrDefault(variable, "");
    return value.startsWith("/") ? path(value) : null;
  }

  static Home ofThisUser(Optional<String> named) throws Refusal {
    return of(named, System.getenv(), superuser());
  }

  private static boolean superuser() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException | UnsupportedOperationException _) {
      return false;
    }
  }

  Path etc() {
    return root.resolve("etc");
  }

  Path load() {
    return root.resolve("load");
  }

  Path log() {
    return root.resolve("log");
  }

  Path data() {
    return root.resolve("data");
  }

  /** Felix's, of this process: two instances have one home while one takes over from the other. */
  Path cache() {
    return data().resolve(CACHE + ProcessHandle.current().pid());
  }

  /**
   * Removes the caches of processes that have ended, when this one has the lock. One that is about
   * to take over from this one lives and has its own already.
   */
  void removeOldCaches() throws IOException {
    try (DirectoryStream<Path> caches = Files.newDirectoryStream(data(), CACHE + "*")) {
      for (Path each : caches) {
        if (!ownerLives(each)) {
          remove(each);
        }
      }
    }
  }

  private static boolean ownerLives(Path cache) {
    String pid = cache.getFileName().toString().substring(CACHE.length());
    return pid.matches("[0-9]{1,18}") && ProcessHandle.of(Long.parseLong(pid)).isPresent();
  }

  Path control() {
    return run.resolve("control");
  }

  Path transientEtc() {
    return run.resolve("etc");
  }

  /** Makes the directories. */
  void prepare() throws Refusal {
    try {
      for (Path directory : List.of(root, etc(), load(), log(), data())) {
        Files.createDirectories(directory);
      }
      Files.createDirectories(run);
      Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwx------"));
      Path link = root.resolve("run");
      if (!link.equals(run) && !Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
        Files.createSymbolicLink(link, run);
      }
      for (Path directory : List.of(root, etc(), load(), log(), data(), run)) {
        if (!Files.isWritable(directory)) {
          throw Refusal.failed("home %s: %s is not writable".formatted(root, directory));
        }
      }
    } catch (IOException exception) {
      throw Refusal.failed("home %s: %s".formatted(root, Reason.of(exception)));
    }
  }

  /** Removes what a run left in {@code run/etc}. */
  void clear() throws IOException {
    remove(transientEtc());
  }

  /** Removes a file or a tree; what is not there is fine. */
  static void remove(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(tree)) {
      paths = new ArrayList<>(walk.toList());
    }
    paths.sort(Comparator.reverseOrder());
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }
}

package io.mooring.profile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the {@code .profile} files of a directory to the registry as they come, change and go. A
 * file that is refused leaves what it said before as it was. Has a thread.
 */
final class LoadDirectory implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LoadDirectory.class);

  /** Whoever writes a file pauses for less, and it is not read before it is whole. */
  private static final long QUIET_MILLIS = 100;

  /** Reads at last although somebody goes on writing: a whole second is promised. */
  private static final int MOST_PAUSES = 5;

  private final Path directory;
  private final Registry registry;
  private final WatchService watcher;
  private final Map<Path, Stamp> seen = new HashMap<>();

  private record Stamp(FileTime modified, long size, Object key) {

    static Stamp of(Path file) throws IOException {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      if (!attributes.isRegularFile()) {
        throw new IOException("it is no regular file");
      }
      return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    }
  }

  /** Brings what is there, and watches for changes until it is closed. */
  LoadDirectory(Path directory, Registry registry) throws IOException {
    this.directory = directory;
    this.registry = registry;
    Files.createDirectories(directory);
    watcher = directory.getFileSystem().newWatchService();
    directory.register(
        watcher,
        StandardWatchEventKinds.ENTRY_CREATE,
        StandardWatchEventKinds.ENTRY_MODIFY,
        StandardWatchEventKinds.ENTRY_DELETE);
    scan();
    Thread.ofPlatform().daemon().name("load").start(this::watch);
  }

  private void watch() {
    try {
      while (true) {
        WatchKey key = watcher.take();
        int pauses = 0;
        while (key != null && pauses++ < MOST_PAUSES) {
          key.pollEvents();
          key.reset();
          key = watcher.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (key != null) {
          key.reset();
        }
        scan();
      }
    } catch (ClosedWatchServiceException _) {
      // Closed: nothing is left to do.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException failure) {
      LOG.error("{} is watched no more: {}", directory, failure.toString());
    }
  }

  private void scan() throws IOException {
    var there = new HashSet<Path>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file :
          files.filter(path -> path.toString().endsWith(ProfileText.SUFFIX)).toList()) {
        there.add(file);
        look(file);
      }
    }
    for (Path file : Set.copyOf(seen.keySet())) {
      if (!there.contains(file)) {
        seen.remove(file);
        registry.remove(origin(file));
      }
    }
  }

  private void look(Path file) {
    try {
      Stamp now = Stamp.of(file);
      if (!now.equals(seen.put(file, now))) {
        registry.put(origin(file), ProfileText.parse(read(file)));
      }
    } catch (IOException | IllegalArgumentException wrong) {
      LOG.error("{} is refused: {}", file, wrong.getMessage());
    }
  }

  private static byte[] read(Path file) throws IOException {
    try (InputStream text = Files.newInputStream(file)) {
      return text.readNBytes(ProfileText.MAX_BYTES + 1);
    }
  }

  private static String origin(Path file) {
    return "file " + file;
  }

  @Override
  public void close() throws IOException {
    watcher.close();
  }
}

package io.mooring.port;

import io.mooring.api.transport.Listener;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The directories of sockets that come and go: made when a socket needs them, removed when they are
 * empty again, unless they were there before. All ports share them; any thread.
 */
final class SocketDirectories {

  private final Set<Path> made = new HashSet<>();

  /**
   * Listens at a path.
   *
   * @param own how many of the directories above it are this socket's own: they are removed even
   *     when somebody else made them, as a process that was killed did
   * @throws IOException in one line that names the path and the reason
   */
  synchronized void open(Listener listener, Path path, int own) throws IOException {
    try {
      make(path.getParent());
      listener.add(path);
    } catch (IOException failure) {
      clean(path.getParent(), own);
      throw failure;
    }
  }

  /** Ends that. */
  synchronized void close(Listener listener, Path path, int own) {
    listener.remove(path);
    clean(path.getParent(), own);
  }

  private void make(Path directory) throws IOException {
    if (directory == null || Files.isDirectory(directory)) {
      return;
    }
    make(directory.getParent());
    try {
      Files.createDirectory(directory);
      made.add(directory);
    } catch (FileAlreadyExistsException file) {
      throw new IOException("%s is no directory".formatted(directory), file);
    } catch (IOException failure) {
      throw new IOException(
          "cannot make directory %s: %s".formatted(directory, reason(failure)), failure);
    }
  }

  private static String reason(IOException failure) {
    return switch (failure) {
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException file when file.getReason() != null -> file.getReason();
      default -> failure.toString();
    };
  }

  private void clean(Path directory, int own) {
    Path each = directory;
    for (int left = own; each != null && (left > 0 || made.contains(each)); left--) {
      try {
        Files.delete(each);
      } catch (IOException inUse) {
        return;
      }
      made.remove(each);
      each = each.getParent();
    }
  }
}

package io.mooring.launcher;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Words for an exception, on one line: the JDK's file exceptions say only the path. */
final class Reason {

  private Reason() {}

  static String of(IOException exception) {
    return switch (exception) {
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      case NoSuchFileException missing -> missing.getFile() + ": no such file or directory";
      case FileAlreadyExistsException exists -> exists.getFile() + ": is there and no directory";
      case FileSystemException other -> other.getMessage();
      default -> message(exception);
    };
  }

  /** The same of work on a file, for the exceptions that leave its name out. */
  static String of(Path file, IOException exception) {
    return exception instanceof FileSystemException
        ? of(exception)
        : file + ": " + message(exception);
  }

  /** What went wrong and, where its words leave that out, what was behind it. */
  static String message(Throwable throwable) {
    String message = words(throwable);
    Throwable root = throwable;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return message.contains(words(root)) ? message : message + ": " + words(root);
  }

  private static String words(Throwable throwable) {
    String message = throwable.getMessage();
    return message == null || message.isBlank() ? throwable.getClass().getSimpleName() : message;
  }
}

package io.mooring.profile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Text files, read with a limit, and replaced whole: who reads one sees the old or the new. */
final class WholeFile {

  private static final Logger LOG = LoggerFactory.getLogger(WholeFile.class);

  private static final int MAX_BYTES = 16 << 20;

  private WholeFile() {}

  /**
   * The lines of a file of our own; none when it is not there. What cannot be read is told and left
   * out.
   */
  static List<MatchResult> lines(Path file, Pattern form) {
    try {
      List<String> lines = Files.readAllLines(file);
      List<MatchResult> good =
          lines.stream()
              .map(form::matcher)
              .filter(Matcher::matches)
              .map(Matcher::toMatchResult)
              .toList();
      if (good.size() < lines.size()) {
        LOG.error("{}: left out {} damaged lines", file, lines.size() - good.size());
      }
      return good;
    } catch (NoSuchFileException _) {
      return List.of();
    } catch (IOException failure) {
      LOG.error("{} cannot be read: {}", file, failure.toString());
      return List.of();
    }
  }

  /**
   * The text of a file that somebody names.
   *
   * @throws IllegalArgumentException when it cannot be read; one line that names it
   */
  static String read(Path file) {
    if (!file.isAbsolute()) {
      throw new IllegalArgumentException("%s: an absolute path is needed".formatted(file));
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new IllegalArgumentException(
            "%s: it is longer than %d bytes".formatted(file, MAX_BYTES));
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (NoSuchFileException _) {
      throw new IllegalArgumentException("%s: no such file".formatted(file));
    } catch (IOException failure) {
      throw new IllegalArgumentException("%s: %s".formatted(file, failure.getMessage()), failure);
    }
  }

  /** Puts a file into the place of the one that is there, if any, at once. */
  static void write(Path file, String text) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    Files.createDirectories(file.getParent());
    try {
      Files.writeString(draft, text);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}

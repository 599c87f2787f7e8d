package io.mooring.profile;

import java.io.IOException;
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

/** Small text files of our own, replaced whole: who reads one sees the old one or the new one. */
final class WholeFile {

  private static final Logger LOG = LoggerFactory.getLogger(WholeFile.class);

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

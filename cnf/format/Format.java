import com.google.googlejavaformat.java.Formatter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Checks (or, with {@code write}, mends) the format of every Java source below a directory. */
final class Format {

  public static void main(String[] arguments) throws Exception {
    boolean write = arguments[0].equals("write");
    var formatter = new Formatter();
    var wrong = new ArrayList<Path>();
    for (Path source : sources(Path.of(arguments[1]))) {
      String before = Files.readString(source);
      String after = formatter.formatSourceAndFixImports(before);
      if (!after.equals(before)) {
        wrong.add(source);
        if (write) {
          Files.writeString(source, after);
        }
      }
    }
    if (!write && !wrong.isEmpty()) {
      wrong.forEach(source -> System.err.println("not formatted: " + source.normalize()));
      System.err.println("run ./mooring format");
      System.exit(1);
    }
  }

  private static List<Path> sources(Path root) throws Exception {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths
          .filter(path -> path.toString().endsWith(".java"))
          .filter(path -> !path.toString().contains("/target/"))
          .sorted()
          .toList();
    }
  }
}

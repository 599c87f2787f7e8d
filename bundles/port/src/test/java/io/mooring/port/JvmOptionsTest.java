package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The JVM says nothing of a method that it is told about and that there is not. */
class JvmOptionsTest {

  private static final Path OPTIONS = Path.of("../../launcher/src/main/dist/etc/jvm.options");
  private static final Pattern COMMAND =
      Pattern.compile("^-XX:CompileCommand=\\w+,([\\w.]+)::(\\w+)$", Pattern.MULTILINE);

  @Test
  void theMethodsThatAreCompiledOtherwiseAreThere() throws IOException {
    String options = Files.readString(OPTIONS);
    List<MatchResult> commands = COMMAND.matcher(options).results().toList();
    assertEquals(
        options
            .lines()
            .filter(line -> line.contains("CompileCommand=") && line.contains(","))
            .count(),
        commands.size());
    assertFalse(commands.isEmpty());
    assertEquals(
        List.of(),
        commands.stream()
            .filter(each -> !exists(each.group(1), each.group(2)))
            .map(MatchResult::group)
            .toList());
  }

  private static boolean exists(String type, String method) {
    try {
      return Arrays.stream(Class.forName(type).getDeclaredMethods())
          .anyMatch(each -> each.getName().equals(method));
    } catch (ClassNotFoundException missing) {
      return false;
    }
  }
}

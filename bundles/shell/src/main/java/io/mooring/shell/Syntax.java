package io.mooring.shell;

import io.mooring.shell.Usage.Option;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;

/**
 * What can stand on a command's line.
 *
 * @param purpose one line
 * @param positionals as in {@link Usage}
 * @param flags all of them, {@code --json} and {@code --help} too where the command has them
 */
record Syntax(String purpose, List<String> positionals, List<Option> flags) {

  /** That of a command that says nothing of itself. */
  static final Syntax NONE = new Syntax("", List.of(), List.of());

  /**
   * That of a command that is a method with Gogo's annotations. They have no names for values: an
   * option's is the option's own, and arguments may be files, as shells take them for.
   */
  static Syntax of(Method method) {
    var positionals = new ArrayList<String>();
    var flags = new ArrayList<Option>();
    for (var parameter : method.getParameters()) {
      Parameter flag = parameter.getAnnotation(Parameter.class);
      if (flag != null) {
        String name = flag.names()[0];
        boolean bare = !flag.presentValue().equals(Parameter.UNSPECIFIED);
        String value = bare ? "" : name.replaceFirst("^-+", "").toUpperCase(Locale.ROOT);
        flags.add(new Option(name, value, text(parameter.getAnnotation(Descriptor.class)), false));
      } else if (parameter.getType() != CommandSession.class) {
        positionals.add("FILE");
      }
    }
    return new Syntax(text(method.getAnnotation(Descriptor.class)), positionals, flags);
  }

  private static String text(Descriptor descriptor) {
    return descriptor == null ? "" : descriptor.value();
  }

  /** The alternatives that a value's or an argument's name lists. */
  static List<String> alternatives(String name) {
    return Arrays.asList(name.replaceAll("^\\[|]$|\\.\\.\\.", "").split("\\|", -1));
  }
}

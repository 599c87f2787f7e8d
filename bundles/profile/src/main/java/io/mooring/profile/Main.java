package io.mooring.profile;

import com.google.gson.GsonBuilder;
import io.mooring.api.profile.MovePlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What management asks of an installed Mooring that need not run. Run with a command and the
 * distribution's directory first. Exit status: 0 for yes, 1 for no, 2 for a question that is wrong.
 */
public final class Main {

  private static final String USAGE =
      "usage: ./mooring plan --from NAME|VALUES|FILE --to FILE|NAME|VALUES [--features 0xHEX]"
          + " [--json]";

  private Main() {}

  /** {@code plan DISTRIBUTION …} or {@code print-capabilities DISTRIBUTION}. */
  public static void main(String[] arguments) throws IOException {
    int status;
    try {
      status =
          run(List.of(arguments).subList(2, arguments.length), arguments[0], Path.of(arguments[1]));
    } catch (IllegalArgumentException wrong) {
      System.err.println("mooring: " + wrong.getMessage());
      status = 2;
    }
    System.exit(status);
  }

  private static int run(List<String> arguments, String command, Path distribution)
      throws IOException {
    Published here = Distribution.read(distribution);
    if (command.equals("print-capabilities")) {
      System.out.println(capabilities(here));
      return 0;
    }
    Map<String, String> options = options(arguments);
    MovePlan plan =
        Moves.plan(
            absolute(required(options, "--from")),
            Optional.of(absolute(required(options, "--to"))),
            options.containsKey("--features")
                ? OptionalLong.of(FeatureWord.parse(options.get("--features")))
                : OptionalLong.empty(),
            here);
    System.out.println(options.containsKey("--json") ? json(plan) : plan.sentence());
    return plan.possible() ? 0 : 1;
  }

  /**
   * In QEMU's docs/interop/vhost-user.json, VHostUserBackendCapabilities; the profiles are ours.
   */
  static String capabilities(Published here) {
    var capabilities = new LinkedHashMap<String, Object>();
    capabilities.put("type", "net");
    capabilities.put("features", List.of());
    capabilities.put("latest", here.latest().get("net"));
    capabilities.put("supported", here.supported().stream().map(s -> s.profile().name()).toList());
    return new GsonBuilder().disableHtmlEscaping().create().toJson(capabilities);
  }

  static String json(MovePlan plan) {
    var json = new LinkedHashMap<String, Object>();
    json.put("possible", plan.possible());
    json.put("missing", plan.missing());
    json.put("lost", plan.lost());
    json.put("profile", plan.profile().orElse(null));
    json.put("restart", plan.restart().orElse(null));
    return new GsonBuilder()
        .setPrettyPrinting()
        .disableHtmlEscaping()
        .serializeNulls()
        .create()
        .toJson(json);
  }

  static Map<String, String> options(List<String> arguments) {
    var options = new HashMap<String, String>();
    for (var words = arguments.iterator(); words.hasNext(); ) {
      String flag = words.next();
      String value =
          switch (flag) {
            case "--json" -> "";
            case "--from", "--to", "--features" -> words.hasNext() ? words.next() : "";
            default ->
                throw new IllegalArgumentException("plan: %s: unknown; %s".formatted(flag, USAGE));
          };
      if (options.put(flag, value) != null) {
        throw new IllegalArgumentException("plan: %s: given twice; %s".formatted(flag, USAGE));
      }
    }
    return options;
  }

  private static String required(Map<String, String> options, String flag) {
    String value = options.getOrDefault(flag, "");
    if (value.isEmpty()) {
      throw new IllegalArgumentException("plan: %s is missing; %s".formatted(flag, USAGE));
    }
    return value;
  }

  /** A file of this name is meant, wherever one is. */
  private static String absolute(String what) {
    return Description.isFile(what) || (!Values.isList(what) && Files.isRegularFile(Path.of(what)))
        ? Path.of(what).toAbsolutePath().toString()
        : what;
  }
}

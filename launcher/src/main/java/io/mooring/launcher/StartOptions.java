package io.mooring.launcher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The command line of {@code start}.
 *
 * @param uplinks settings by the uplink's name
 * @param cores as given, {@code 0,1}
 * @param takeOver the socket of the instance on this home whose ports it takes over
 */
record StartOptions(
    Optional<String> home,
    List<PortOption> ports,
    Map<String, Map<String, String>> uplinks,
    Optional<String> cores,
    Optional<Path> takeOver) {

  /** IFNAMSIZ is 16, the last of them zero. */
  private static final Predicate<String> INTERFACE =
      Pattern.compile("[A-Za-z0-9_.-]{1,15}").asMatchPredicate();

  private static final Predicate<String> CORES =
      Pattern.compile("[0-9]{1,4}(,[0-9]{1,4})*").asMatchPredicate();

  static StartOptions parse(List<String> arguments, Path directory) throws Refusal {
    Optional<String> home = Optional.empty();
    Optional<String> cores = Optional.empty();
    Optional<String> takeOver = Optional.empty();
    var ports = new ArrayList<PortOption>();
    var uplinks = new LinkedHashMap<String, Map<String, String>>();
    for (var each = new Flags(arguments); each.next(); ) {
      switch (each.flag()) {
        case "--home" -> home = Optional.of(once(home, "--home", each.value()));
        case "--port" -> ports.add(PortOption.parse(each.value(), directory));
        case "--uplink" -> addUplink(uplinks, each.value());
        case "--cores" -> cores = Optional.of(once(cores, "--cores", cores(each.value())));
        case "--take-over" -> takeOver = Optional.of(once(takeOver, "--take-over", each.value()));
        default ->
            throw Refusal.usage(
                each.flag() + ": unknown option, known are --home, --port, --uplink, --cores");
      }
    }
    for (PortOption port : ports) {
      if (ports.stream().filter(other -> other.name().equals(port.name())).count() > 1) {
        throw Refusal.usage("--port " + port.name() + ": given twice");
      }
    }
    if (takeOver.isPresent() && (!ports.isEmpty() || !uplinks.isEmpty() || cores.isPresent())) {
      throw Refusal.usage("--take-over goes with --home only: the rest is the running one's");
    }
    return new StartOptions(
        home, List.copyOf(ports), uplinks, cores, takeOver.map(directory::resolve));
  }

  static String once(Optional<String> before, String flag, String value) throws Refusal {
    if (before.isPresent()) {
      throw Refusal.usage(flag + ": given twice");
    }
    return value;
  }

  private static String cores(String value) throws Refusal {
    if (!CORES.test(value)) {
      throw Refusal.usage("--cores " + value + ": expected processor numbers such as 0,1");
    }
    return value;
  }

  private static void addUplink(Map<String, Map<String, String>> uplinks, String text)
      throws Refusal {
    String name = text.startsWith("tap=") ? text.substring("tap=".length()) : "";
    if (!INTERFACE.test(name)) {
      throw Refusal.usage(
          "--uplink "
              + text
              + ": expected tap=NAME, NAME being 1 to 15 of the characters A-Z a-z 0-9 _ . -");
    }
    if (uplinks.put(name, Map.of("tap", name)) != null) {
      throw Refusal.usage("--uplink " + text + ": given twice");
    }
  }
}

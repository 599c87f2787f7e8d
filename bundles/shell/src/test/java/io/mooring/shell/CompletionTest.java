package io.mooring.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.shell.Completion.Offer;
import io.mooring.shell.Usage.Option;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What tab offers an operator who has typed so far. */
final class CompletionTest {

  /** Values that nobody can know before they are typed. */
  private static final Set<String> FREE = Set.of("NAME", "VALUES", "N", "SECONDS", "0xHEX");

  private static final Map<String, List<String>> KNOWN =
      Map.of("PORT", List.of("alpha", "beta"), "PROFILE", List.of("v1"), "ROOM", List.of("net"));

  private static final Syntax ADD = new PortAddCommand(null).usage().syntax();
  private static final Syntax SWAP = new SwapCommand(null).usage().syntax();
  private static final Syntax LINK = new LinkCommand(null).usage().syntax();

  private static Completion complete(Syntax syntax, String word, String... before) {
    return Completion.of(
        syntax, List.of(before), word, name -> KNOWN.getOrDefault(name, List.of()));
  }

  private static List<String> words(Completion completion) {
    return completion.offers().stream().map(Offer::word).toList();
  }

  @Test
  void argumentsAreWhatTheirPlaceTakes() {
    assertEquals(List.of("alpha", "beta"), words(complete(LINK, "")));
    assertEquals(List.of("up", "down"), words(complete(LINK, "", "alpha")));
    assertEquals(List.of("up", "down"), words(complete(LINK, "", "--json", "alpha")));
    assertEquals(List.of("--json", "--help"), words(complete(LINK, "", "alpha", "up")));
  }

  @Test
  void flagsThatAreGivenAreNotOfferedAgainUnlessTheyMayBe() {
    List<String> left = words(complete(ADD, "--", "x", "--mode", "client", "--mtu=9000"));
    assertTrue(left.containsAll(List.of("--socket", "--profile", "--json")), left.toString());
    assertFalse(left.contains("--mode") || left.contains("--mtu"), left.toString());
    List<String> swap = words(complete(SWAP, "-", "net", "--port", "alpha"));
    assertTrue(swap.contains("--port"), swap.toString());
  }

  @Test
  void valuesAreWhatTheirFlagTakes() {
    assertEquals(List.of("server", "client"), words(complete(ADD, "", "x", "--mode")));
    assertEquals(List.of("v1"), words(complete(ADD, "", "--profile")));
    assertEquals(List.of("--mode=server", "--mode=client"), words(complete(ADD, "--mode=")));
    assertEquals(List.of("alpha", "beta"), words(complete(SWAP, "", "net", "--port")));
    assertEquals(List.of("net"), words(complete(SWAP, "", "--port", "alpha")));
    assertEquals(List.of(), words(complete(ADD, "", "--mtu")), "a number is the operator's own");
  }

  @Test
  void filesAreOfferedWhereTheyAreTaken() {
    assertTrue(complete(ADD, "/tmp/", "x", "--socket").files());
    assertTrue(complete(SWAP, "", "net", "--bundle").files());
    Completion plan = complete(new PlanCommand(null).usage().syntax(), "", "--from");
    assertTrue(plan.files() && words(plan).contains("v1"), plan.toString());
    Completion more = complete(new BaselineCommand(null).usage().syntax(), "", "a", "b");
    assertTrue(more.files(), "the last argument may be repeated");
    assertFalse(complete(ADD, "", "x").files());
  }

  @Test
  void everyCommandOffersItsFlagsAndKnowsItsValues() throws Exception {
    List<Command> commands = commands();
    assertTrue(commands.size() > 15, commands.toString());
    for (Command command : commands) {
      Syntax syntax = command.usage().syntax();
      Set<String> flags = new HashSet<>(words(complete(syntax, "--")));
      List<String> names = new ArrayList<>(syntax.positionals());
      for (Option option : syntax.flags()) {
        assertTrue(flags.contains(option.flag()), command.usage().name() + flags);
        names.add(option.value());
      }
      assertTrue(flags.containsAll(Set.of("--json", "--help")), command.usage().name() + flags);
      for (String name : names.stream().filter(each -> !each.isEmpty()).toList()) {
        for (String each : Syntax.alternatives(name)) {
          assertTrue(
              each.matches("[a-z-]+") || Names.KINDS.contains(each) || FREE.contains(each),
              () -> command.usage().name() + ": nothing completes " + each);
        }
      }
    }
  }

  /** All that are compiled; their usages need nothing of what they run with. */
  private static List<Command> commands()
      throws IOException, ReflectiveOperationException, URISyntaxException {
    Path classes =
        Path.of(Command.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Command> commands = new ArrayList<>();
    try (Stream<Path> files = Files.list(classes.resolve("io/mooring/shell"))) {
      for (Path file : files.filter(each -> each.toString().endsWith("Command.class")).toList()) {
        String name = file.getFileName().toString().replace(".class", "");
        Class<?> type = Class.forName("io.mooring.shell." + name);
        if (!type.isInterface()) {
          var constructor = type.getConstructors()[0];
          commands.add(
              (Command) constructor.newInstance(new Object[constructor.getParameterCount()]));
        }
      }
    }
    return commands;
  }
}

package io.mooring.shell;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.mooring.shell.Usage.Given;
import io.mooring.shell.Usage.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vhost:help}: Gogo's own help knows methods only, not functions with a dash. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=help"})
public final class HelpCommand implements Command {

  private final Commands commands;

  @Activate
  public HelpCommand(@Reference Commands commands) {
    this.commands = commands;
  }

  @Override
  public Usage usage() {
    return Usage.of("help", "this text, or the help of one command", "[COMMAND]");
  }

  /** Others' commands are Gogo's to explain. */
  @Override
  public Object execute(CommandSession session, List<Object> arguments) throws Exception {
    Optional<String> others =
        arguments.stream()
            .map(String::valueOf)
            .filter(argument -> !argument.startsWith("--") && commands.own(argument).isEmpty())
            .findFirst();
    return others.isPresent()
        ? session.execute("felix:help '" + others.get().replace("'", "") + "'")
        : Command.super.execute(session, arguments);
  }

  @Override
  public Answer run(Given given) {
    return given.optional(0).flatMap(commands::own).map(HelpCommand::one).orElseGet(this::all);
  }

  private static Answer one(Command command) {
    String help = command.usage().help();
    var json = new JsonObject();
    json.addProperty("name", Commands.SCOPE + command.usage().name());
    json.addProperty("help", help);
    return new Answer(help, json);
  }

  private Answer all() {
    var lines = new ArrayList<List<String>>();
    var json = new JsonArray();
    commands
        .all()
        .forEach((name, syntax) -> {
          lines.add(List.of(Commands.SCOPE + name, syntax.purpose()));
          var each = new JsonObject();
          each.addProperty("name", Commands.SCOPE + name);
          each.addProperty("purpose", syntax.purpose());
          each.add("flags", ProfileView.array(syntax.flags().stream().map(Option::flag).toList()));
          json.add(each);
        });
    String end = "\n\nhelp COMMAND says more; felix:help lists all other commands";
    return new Answer(Table.align(lines) + end, json);
  }
}

package io.mooring.shell;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import io.mooring.shell.Usage.Given;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;

/**
 * A command of the scope {@code vhost}. It is a {@link Function} because Gogo finds no method for a
 * name with a dash, and it returns text, so that it goes through pipes, the prompt and the control
 * socket alike.
 */
interface Command extends Function {

  /** Service property by which {@code vhost:help} knows our own commands from others'. */
  String SCOPE = "osgi.command.scope=vhost";

  Usage usage();

  /**
   * Does it.
   *
   * @throws IllegalArgumentException when what was asked for is wrong, in one line
   */
  Answer run(Given given) throws Exception;

  @Override
  default Object execute(CommandSession session, List<Object> arguments) throws Exception {
    if (arguments.stream().anyMatch(argument -> String.valueOf(argument).equals("--help"))) {
      return usage().help();
    }
    Given given = usage().parse(arguments);
    try {
      Answer answer = run(given);
      return given.json() ? Json.GSON.toJson(answer.json()) : answer.text();
    } catch (IllegalArgumentException wrong) {
      throw new CommandException(usage().name() + ": " + wrong.getMessage());
    }
  }

  /** An answer for people and for programs. */
  record Answer(String text, JsonElement json) {}

  /** Keeps the order in which fields are added. */
  final class Json {
    static final Gson GSON =
        new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().serializeNulls().create();

    private Json() {}
  }
}

package io.mooring.shell;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.mooring.shell.Usage.Given;
import java.util.List;
import java.util.Locale;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Component;
import org.slf4j.LoggerFactory;

/** {@code vhost:log}. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=log"})
public final class LogCommand implements Command {

  private static final List<String> LEVELS =
      List.of("off", "error", "warn", "info", "debug", "trace", "inherit");

  @Override
  public Usage usage() {
    return Usage.of(
        "log", "shows log levels, or sets one", "[LOGGER]", "[" + String.join("|", LEVELS) + "]");
  }

  @Override
  public Answer run(Given given) throws CommandException {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers)) {
      throw new CommandException("log: the log is not served by Logback");
    }
    if (given.optional(0).isEmpty()) {
      return show(
          loggers.getLoggerList().stream().filter(logger -> logger.getLevel() != null).toList());
    }
    Logger logger = loggers.getLogger(given.positional(0));
    if (given.optional(1).isPresent()) {
      set(logger, given.positional(1).toLowerCase(Locale.ROOT));
    }
    return show(List.of(logger));
  }

  private static void set(Logger logger, String level) throws CommandException {
    if (!LEVELS.contains(level)) {
      throw new CommandException(
          "log: no level '%s', there are %s".formatted(level, String.join(", ", LEVELS)));
    }
    boolean root = logger.getName().equals(Logger.ROOT_LOGGER_NAME);
    if (root && level.equals("inherit")) {
      throw new CommandException("log: the root logger has none to inherit from");
    }
    logger.setLevel(level.equals("inherit") ? null : Level.toLevel(level));
  }

  private static Answer show(List<Logger> loggers) {
    var table = new Table("LOGGER", "LEVEL");
    var json = new JsonArray();
    for (Logger logger : loggers) {
      String level = logger.getEffectiveLevel().toString().toLowerCase(Locale.ROOT);
      table.add(logger.getName(), level);
      var each = new JsonObject();
      each.addProperty("logger", logger.getName());
      each.addProperty("level", level);
      json.add(each);
    }
    return new Answer(table.toString(), json);
  }
}

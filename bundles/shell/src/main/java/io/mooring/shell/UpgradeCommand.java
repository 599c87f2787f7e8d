package io.mooring.shell;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.mooring.api.upgrade.UpgradeException;
import io.mooring.api.upgrade.UpgradeReport;
import io.mooring.api.upgrade.Upgrader;
import io.mooring.shell.Usage.Given;
import io.mooring.shell.Usage.Option;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vhost:upgrade}. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=upgrade"})
public final class UpgradeCommand implements Command {

  private static final String PATIENCE = "90";

  private final Upgrader upgrader;

  @Activate
  public UpgradeCommand(@Reference Upgrader upgrader) {
    this.upgrader = upgrader;
  }

  @Override
  public Usage usage() {
    return Usage.of("upgrade", "a new process takes all ports over, and this one ends", "FILE")
        .with(
            new Option(
                "--patience",
                "SECONDS",
                "how long the new process may take to come up; " + PATIENCE,
                false));
  }

  @Override
  public Answer run(Given given) throws CommandException, InterruptedException {
    Path program = Path.of(given.positional(0));
    if (!program.isAbsolute() || !Files.isExecutable(program)) {
      throw new CommandException(
          program + ": expected the absolute path of a mooring program that can be run");
    }
    String patience = given.option("--patience").orElse(PATIENCE);
    if (!patience.matches("[1-9][0-9]{0,3}")) {
      throw new IllegalArgumentException(
          "--patience %s: expected seconds, as 30".formatted(patience));
    }
    try {
      UpgradeReport report =
          upgrader.upgrade(program, Duration.ofSeconds(Long.parseLong(patience)));
      return new Answer(text(report), json(report));
    } catch (UpgradeException refused) {
      throw new CommandException(refused.getMessage());
    }
  }

  private static String text(UpgradeReport report) {
    var table = new Table("process", Long.toString(report.process()));
    table.add("ports", String.join(", ", report.ports()));
    table.add("gap", "%.3f ms".formatted(report.gap().toNanos() / 1e6));
    return table.toString();
  }

  private static JsonObject json(UpgradeReport report) {
    var json = new JsonObject();
    json.addProperty("process", report.process());
    var ports = new JsonArray();
    report.ports().forEach(ports::add);
    json.add("ports", ports);
    json.addProperty("movedAtMillis", report.movedAt().toEpochMilli());
    json.addProperty("gapNanos", report.gap().toNanos());
    return json;
  }
}

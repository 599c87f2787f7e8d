package io.mooring.shell;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.mooring.api.swap.SwapException;
import io.mooring.api.swap.SwapReport;
import io.mooring.api.swap.SwapRequest;
import io.mooring.api.swap.Swapper;
import io.mooring.shell.Usage.Given;
import io.mooring.shell.Usage.Option;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vhost:swap}. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=swap"})
public final class SwapCommand implements Command {

  private static final String PROBATION = "5";
  private static final String WARM_UP = "20";

  private final Swapper swapper;

  @Activate
  public SwapCommand(@Reference Swapper swapper) {
    this.swapper = swapper;
  }

  @Override
  public Usage usage() {
    return Usage.of("swap", "replaces a room under running VMs, and goes back if it fails", "ROOM")
        .with(
            new Option(
                "--bundle", "FILE", "file or URL of the new bundle; a fresh copy without", false),
            new Option("--port", "PORT...", "move this port only; may be given again", false),
            new Option("--probation", "SECONDS", "how long it must do well; " + PROBATION, false),
            new Option(
                "--warm-up", "SECONDS", "the longest it is warmed up before; " + WARM_UP, false));
  }

  @Override
  public Answer run(Given given) throws CommandException, InterruptedException {
    var request =
        new SwapRequest(
            given.positional(0),
            given.option("--bundle"),
            given.option("--port").map(names -> Set.of(names.split(",", -1))).orElse(Set.of()),
            seconds("--probation", given, PROBATION),
            seconds("--warm-up", given, WARM_UP));
    try {
      SwapReport report = swapper.swap(request);
      return new Answer(text(report), json(report));
    } catch (SwapException refused) {
      throw new CommandException(refused.getMessage());
    }
  }

  private static Duration seconds(String flag, Given given, String otherwise) {
    String text = given.option(flag).orElse(otherwise);
    if (!text.matches("[0-9]{1,4}(\\.[0-9]{1,3})?")) {
      throw new IllegalArgumentException(
          "%s %s: expected seconds, as 5 or 0.5".formatted(flag, text));
    }
    return Duration.ofMillis(Math.round(Double.parseDouble(text) * 1000));
  }

  private static String text(SwapReport report) {
    var table = new Table("room", report.room());
    table.add("now", report.to());
    table.add("before", String.join(", ", report.from()));
    if (!report.beside()) {
      table.add("how", "updated where it was");
    } else if (!report.ports().isEmpty()) {
      table.add("ports", String.join(", ", report.ports()));
      table.add("warm-up", report.warmUp().toMillis() + " ms");
      table.add("longest move", "%.3f ms".formatted(report.longestMove().toNanos() / 1e6));
    }
    return table.toString();
  }

  private static JsonObject json(SwapReport report) {
    var json = new JsonObject();
    json.addProperty("room", report.room());
    json.addProperty("to", report.to());
    json.add("from", array(report.from()));
    json.add("ports", array(report.ports()));
    json.addProperty("warmUpMillis", report.warmUp().toMillis());
    json.addProperty("movedAtMillis", report.movedAt().toEpochMilli());
    json.addProperty("longestMoveNanos", report.longestMove().toNanos());
    json.addProperty("beside", report.beside());
    return json;
  }

  private static JsonArray array(List<String> texts) {
    var array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }
}

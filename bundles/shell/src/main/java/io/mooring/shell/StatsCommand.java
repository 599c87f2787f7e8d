package io.mooring.shell;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.mooring.api.port.PortStatus;
import io.mooring.shell.Usage.Given;
import java.util.List;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vhost:stats}. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=stats"})
public final class StatsCommand implements Command {

  private final Ports ports;

  @Activate
  public StatsCommand(@Reference Ports ports) {
    this.ports = ports;
  }

  @Override
  public Usage usage() {
    return Usage.of("stats", "shows the counters of all ports, or of one", "[PORT]");
  }

  @Override
  public Answer run(Given given) throws CommandException {
    var name = given.optional(0);
    List<PortStatus> shown = name.isPresent() ? List.of(ports.get(name.get())) : ports.all();
    var json = new JsonArray();
    var table = new Table("PORT", "COUNTER", "VALUE");
    for (PortStatus port : shown) {
      var each = new JsonObject();
      each.addProperty("name", port.name());
      each.addProperty("state", port.state().name());
      each.add("counters", PortView.counters(port));
      json.add(each);
      port.counters().forEach((counter, value) -> table.add(port.name(), counter, value));
    }
    return new Answer(shown.isEmpty() ? "no ports" : table.toString(), json);
  }
}

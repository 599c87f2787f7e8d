package io.mooring.shell;

import com.google.gson.JsonArray;
import io.mooring.api.port.PortStatus;
import io.mooring.shell.Usage.Given;
import java.util.List;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vhost:ports}. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=ports"})
public final class PortsCommand implements Command {

  private final Ports ports;

  @Activate
  public PortsCommand(@Reference Ports ports) {
    this.ports = ports;
  }

  @Override
  public Usage usage() {
    return Usage.of("ports", "lists all ports");
  }

  @Override
  public Answer run(Given given) {
    List<PortStatus> all = ports.all();
    var json = new JsonArray();
    all.forEach(port -> json.add(PortView.json(port)));
    if (all.isEmpty()) {
      return new Answer("no ports; vhost:port-add makes one", json);
    }
    var table =
        new Table("NAME", "STATE", "MODE", "DEVICE", "PROFILE", "FEATURES", "PEER", "SOCKET");
    for (PortStatus port : all) {
      table.add(
          port.name(),
          port.state(),
          port.mode(),
          port.device(),
          port.profile(),
          PortView.hex(port.features() == 0 ? port.offeredFeatures() : port.features()),
          port.peer() == 0 ? "" : port.peer(),
          port.socket() + remark(port.error()) + remark(port.note()));
    }
    return new Answer(table.toString(), json);
  }

  private static String remark(String text) {
    return text.isEmpty() ? "" : " (" + text + ")";
  }
}

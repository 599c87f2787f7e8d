package io.mooring.shell;

import io.mooring.api.port.Port;
import io.mooring.api.port.PortStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The ports that are there now. Any thread. */
@Component(service = Ports.class)
public final class Ports {

  @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
  private volatile List<Port> services = List.of();

  List<PortStatus> all() {
    return services.stream()
        .map(Port::status)
        .sorted(Comparator.comparing(PortStatus::name))
        .toList();
  }

  Optional<PortStatus> find(String name) {
    return all().stream().filter(port -> port.name().equals(name)).findFirst();
  }

  PortStatus get(String name) throws CommandException {
    return find(name).orElseThrow(() -> unknown(name));
  }

  /** Takes a port's link away, or gives it back. */
  void link(String name, boolean up) throws CommandException {
    services.stream()
        .filter(port -> port.status().name().equals(name))
        .findFirst()
        .orElseThrow(() -> unknown(name))
        .link(up);
  }

  private CommandException unknown(String name) {
    List<String> names = names();
    return new CommandException(
        "no port '%s'; %s"
            .formatted(
                name, names.isEmpty() ? "there is none" : "there are " + String.join(", ", names)));
  }

  List<String> names() {
    return all().stream().map(PortStatus::name).toList();
  }
}

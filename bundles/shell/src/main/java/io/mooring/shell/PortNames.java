package io.mooring.shell;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What tab completes a port's name from; a list, as the completer wants it. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=_port-names"})
public final class PortNames implements Function {

  private final Ports ports;

  @Activate
  public PortNames(@Reference Ports ports) {
    this.ports = ports;
  }

  @Override
  public Object execute(CommandSession session, List<Object> arguments) {
    return ports.names();
  }
}

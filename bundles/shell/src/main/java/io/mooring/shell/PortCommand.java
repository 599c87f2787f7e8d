package io.mooring.shell;

import io.mooring.api.port.PortStatus;
import io.mooring.shell.Usage.Given;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vhost:port}. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=port"})
public final class PortCommand implements Command {

  private final Ports ports;

  @Activate
  public PortCommand(@Reference Ports ports) {
    this.ports = ports;
  }

  @Override
  public Usage usage() {
    return Usage.of("port", "shows one port with its features, queues and counters", "PORT");
  }

  @Override
  public Answer run(Given given) throws CommandException {
    PortStatus port = ports.get(given.positional(0));
    return new Answer(PortView.text(port), PortView.detail(port));
  }
}

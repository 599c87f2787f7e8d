package io.mooring.shell;

import com.google.gson.JsonObject;
import io.mooring.shell.Usage.Given;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vhost:port-remove}. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=port-remove"})
public final class PortRemoveCommand implements Command {

  private final PortConfigurations configurations;

  @Activate
  public PortRemoveCommand(@Reference PortConfigurations configurations) {
    this.configurations = configurations;
  }

  @Override
  public Usage usage() {
    return Usage.of("port-remove", "removes a port, for good", "PORT");
  }

  @Override
  public Answer run(Given given) throws Exception {
    String name = given.positional(0);
    configurations.remove(name);
    var json = new JsonObject();
    json.addProperty("removed", name);
    return new Answer("port " + name + ": removed", json);
  }
}

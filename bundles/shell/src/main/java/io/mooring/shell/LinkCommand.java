package io.mooring.shell;

import com.google.gson.JsonObject;
import io.mooring.shell.Usage.Given;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vhost:link}. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=link"})
public final class LinkCommand implements Command {

  private final Ports ports;

  @Activate
  public LinkCommand(@Reference Ports ports) {
    this.ports = ports;
  }

  @Override
  public Usage usage() {
    return Usage.of("link", "takes a port's link away, or gives it back", "PORT", "up|down");
  }

  @Override
  public Answer run(Given given) throws CommandException {
    String name = given.positional(0);
    String wanted = given.positional(1);
    if (!wanted.equals("up") && !wanted.equals("down")) {
      throw new IllegalArgumentException("%s: allowed are up and down".formatted(wanted));
    }
    try {
      ports.link(name, wanted.equals("up"));
    } catch (IllegalStateException failed) {
      throw new CommandException(failed.getMessage());
    }
    var json = new JsonObject();
    json.addProperty("name", name);
    json.addProperty("link", wanted);
    return new Answer("port %s: link %s".formatted(name, wanted), json);
  }
}

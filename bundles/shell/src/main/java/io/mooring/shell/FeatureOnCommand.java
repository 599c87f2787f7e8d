package io.mooring.shell;

import io.mooring.api.profile.ProfileAdmin;
import io.mooring.shell.Usage.Given;
import java.io.IOException;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vhost:feature-on}. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=feature-on"})
public final class FeatureOnCommand implements Command {

  private final ProfileAdmin admin;
  private final Ports ports;

  @Activate
  public FeatureOnCommand(@Reference ProfileAdmin admin, @Reference Ports ports) {
    this.admin = admin;
    this.ports = ports;
  }

  @Override
  public Usage usage() {
    return FeatureSwitch.usage(true);
  }

  @Override
  public Answer run(Given given) throws CommandException, IOException, InterruptedException {
    return FeatureSwitch.run(true, given, admin, ports);
  }
}

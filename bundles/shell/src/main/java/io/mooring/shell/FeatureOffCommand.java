package io.mooring.shell;

import io.mooring.api.profile.ProfileAdmin;
import io.mooring.shell.Usage.Given;
import java.io.IOException;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vhost:feature-off}. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=feature-off"})
public final class FeatureOffCommand implements Command {

  private final ProfileAdmin admin;
  private final Ports ports;

  @Activate
  public FeatureOffCommand(@Reference ProfileAdmin admin, @Reference Ports ports) {
    this.admin = admin;
    this.ports = ports;
  }

  @Override
  public Usage usage() {
    return FeatureSwitch.usage(false);
  }

  @Override
  public Answer run(Given given) throws CommandException, IOException, InterruptedException {
    return FeatureSwitch.run(false, given, admin, ports);
  }
}

package io.mooring.shell;

import io.mooring.api.profile.ProfileAdmin;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What tab completes a feature's or a group's name from. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=_feature-names"})
public final class FeatureNames implements Function {

  private final ProfileAdmin admin;

  @Activate
  public FeatureNames(@Reference ProfileAdmin admin) {
    this.admin = admin;
  }

  @Override
  public Object execute(CommandSession session, List<Object> arguments) {
    return admin.features();
  }
}

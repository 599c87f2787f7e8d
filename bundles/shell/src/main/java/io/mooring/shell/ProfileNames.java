package io.mooring.shell;

import io.mooring.api.profile.ProfileAdmin;
import java.util.List;
import java.util.stream.Stream;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** What tab completes a profile's name from. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=_profile-names"})
public final class ProfileNames implements Function {

  private final ProfileAdmin admin;

  @Activate
  public ProfileNames(@Reference ProfileAdmin admin) {
    this.admin = admin;
  }

  @Override
  public Object execute(CommandSession session, List<Object> arguments) {
    return admin.known().stream()
        .flatMap(
            state -> Stream.concat(Stream.of(state.profile().name()), state.aliases().stream()))
        .toList();
  }
}

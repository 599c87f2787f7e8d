package io.mooring.shell;

import com.google.gson.JsonObject;
import io.mooring.api.profile.ProfileAdmin;
import io.mooring.shell.Usage.Given;
import io.mooring.shell.Usage.Option;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vhost:baseline}. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=baseline"})
public final class BaselineCommand implements Command {

  private final ProfileAdmin admin;

  @Activate
  public BaselineCommand(@Reference ProfileAdmin admin) {
    this.admin = admin;
  }

  @Override
  public Usage usage() {
    return Usage.of("baseline", "gives the newest profile that all hosts serve", "FILE...")
        .with(new Option("--device", "DEVICE", "the device type; net when absent", false));
  }

  @Override
  public Answer run(Given given) {
    Optional<String> name =
        admin.baseline(
            given.option("--device").orElse("net"),
            given.positionals().stream().map(Path::of).toList());
    var json = new JsonObject();
    json.addProperty("profile", name.orElse(null));
    return new Answer(name.orElse("no profile is served by all of them"), json);
  }
}

package io.mooring.shell;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.mooring.api.profile.ProfileAdmin;
import io.mooring.api.profile.ProfileState;
import io.mooring.shell.Usage.Given;
import io.mooring.shell.Usage.Option;
import java.util.Map;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vhost:profiles}. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=profiles"})
public final class ProfilesCommand implements Command {

  private final ProfileAdmin admin;

  @Activate
  public ProfilesCommand(@Reference ProfileAdmin admin) {
    this.admin = admin;
  }

  @Override
  public Usage usage() {
    return Usage.of("profiles", "lists the known profiles; with --json, the published list")
        .with(
            new Option(
                "--audit",
                "",
                "those published once that can no longer be served, and why",
                false));
  }

  @Override
  public Answer run(Given given) {
    return given.option("--audit").isPresent() ? audit(admin.audit()) : list();
  }

  private static Answer audit(Map<String, String> lost) {
    var json = new JsonObject();
    lost.forEach(json::addProperty);
    if (lost.isEmpty()) {
      return new Answer("every profile that was ever published here is served", json);
    }
    var table = new Table("NAME", "LACKS");
    lost.forEach(table::add);
    return new Answer(table.toString(), json);
  }

  private Answer list() {
    JsonElement published = JsonParser.parseString(admin.published());
    var table = new Table("NAME", "INTERFACE", "STATE");
    for (ProfileState state : admin.known()) {
      table.add(state.profile().name(), ProfileView.summary(state), ProfileView.state(state));
    }
    var off = new StringBuilder();
    admin
        .off()
        .forEach((port, features) ->
            off.append(
                "\nswitched off for %s: %s"
                    .formatted(
                        port.isEmpty() ? "all ports" : "port " + port,
                        String.join(" ", features))));
    return new Answer(table.toString() + off, published);
  }
}

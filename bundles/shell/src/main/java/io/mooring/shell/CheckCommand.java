package io.mooring.shell;

import com.google.gson.JsonObject;
import io.mooring.api.profile.ProfileAdmin;
import io.mooring.shell.Usage.Given;
import java.util.List;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vhost:check}. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=check"})
public final class CheckCommand implements Command {

  private final ProfileAdmin admin;

  @Activate
  public CheckCommand(@Reference ProfileAdmin admin) {
    this.admin = admin;
  }

  @Override
  public Usage usage() {
    return Usage.of(
        "check",
        "tells whether this host can serve an interface now, and otherwise which values it lacks",
        "PROFILE|VALUES|FILE");
  }

  @Override
  public Answer run(Given given) {
    String what = given.positional(0);
    List<String> missing = admin.check(what);
    var json = new JsonObject();
    json.addProperty("what", what);
    json.addProperty("served", missing.isEmpty());
    json.add("missing", ProfileView.array(missing));
    return new Answer(
        missing.isEmpty() ? "served" : "not served: lacks " + String.join(", ", missing), json);
  }
}

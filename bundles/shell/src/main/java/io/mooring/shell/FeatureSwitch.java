package io.mooring.shell;

import com.google.gson.JsonObject;
import io.mooring.api.profile.ProfileAdmin;
import io.mooring.shell.Command.Answer;
import io.mooring.shell.Usage.Given;
import io.mooring.shell.Usage.Option;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What {@code vhost:feature-off} and {@code vhost:feature-on} have in common. */
final class FeatureSwitch {

  private FeatureSwitch() {}

  static Usage usage(boolean on) {
    return Usage.of(
            on ? "feature-on" : "feature-off",
            on
                ? "lets profiles that need a feature be served again"
                : "withdraws all profiles that need a feature, until feature-on, also after a"
                    + " restart; a connected port keeps what it has",
            "FEATURE")
        .with(new Option("--port", "PORT", "for this port only; for all when absent", false));
  }

  static Answer run(boolean on, Given given, ProfileAdmin admin, Ports ports)
      throws CommandException, IOException, InterruptedException {
    String feature = given.positional(0);
    Optional<String> port = given.option("--port");
    if (port.isPresent()) {
      ports.get(port.get());
    }
    List<String> changed = admin.feature(feature, on, port);
    var json = new JsonObject();
    json.addProperty("feature", feature);
    json.addProperty("on", on);
    json.addProperty("port", port.orElse(null));
    json.add(on ? "restored" : "withdrawn", ProfileView.array(changed));
    String which = changed.isEmpty() ? "no profile" : String.join(", ", changed);
    return new Answer(
        "%s is %s for %s; %s: %s"
            .formatted(
                feature,
                on ? "on" : "off",
                port.map(name -> "port " + name).orElse("all ports"),
                on ? "restored" : "withdrawn",
                which),
        json);
  }
}

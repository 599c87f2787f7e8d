package io.mooring.shell;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.mooring.api.profile.ProfileState;
import java.util.List;

/** A profile as text and as JSON. */
final class ProfileView {

  private ProfileView() {}

  /** Why a profile is not served, on one line; {@code served} when it is. */
  static String state(ProfileState state) {
    return state.served() ? "served" : "lacks " + String.join(", ", state.withheld());
  }

  /** The number of features and the limits: what one compares at a glance. */
  static String summary(ProfileState state) {
    var profile = state.profile();
    return "%s, ring %d, queues %d, mtu %d"
        .formatted(
            PortView.hex(profile.features()),
            profile.maxRing(),
            profile.maxQueuePairs(),
            profile.mtu());
  }

  static String text(ProfileState state) {
    var table = new Table("name", state.profile().name());
    table.add("state", state(state));
    table.add("aliases", String.join(" ", state.aliases()));
    table.add("source", state.source());
    table.add("brought by", state.origin());
    table.add("hash", state.hash());
    table.add("features", PortView.hex(state.profile().features()));
    return table + "\n\n" + state.values().replace(",", "\n");
  }

  static JsonObject json(ProfileState state) {
    var json = new JsonObject();
    json.addProperty("name", state.profile().name());
    json.addProperty("device", state.profile().device());
    json.addProperty("served", state.served());
    json.add("withheld", array(state.withheld()));
    json.add("aliases", array(state.aliases()));
    json.addProperty("source", state.source());
    json.addProperty("origin", state.origin());
    json.addProperty("values", state.values());
    json.addProperty("hash", state.hash());
    json.addProperty("features", PortView.hex(state.profile().features()));
    json.addProperty("maxRing", state.profile().maxRing());
    json.addProperty("maxQueuePairs", state.profile().maxQueuePairs());
    json.addProperty("mtu", state.profile().mtu());
    return json;
  }

  static JsonArray array(List<String> lines) {
    var array = new JsonArray();
    lines.forEach(array::add);
    return array;
  }
}

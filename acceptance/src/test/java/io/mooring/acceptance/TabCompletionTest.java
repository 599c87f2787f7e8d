package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.mooring.acceptance.rig.Command;
import io.mooring.acceptance.rig.Distribution;
import io.mooring.acceptance.rig.Prompt;
import io.mooring.acceptance.rig.Scratch;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An operator at the prompt leaves the typing to tab. */
final class TabCompletionTest {

  @Test
  void tabKnowsPortsProfilesRoomsFeaturesFlagsAndFiles() {
    try (Scratch scratch = Scratch.make();
        Prompt prompt = Prompt.open(scratch, "--port", "alpha=" + scratch.file("a.sock"))) {
      prompt.completes("vhost:port a", "vhost:port alpha");
      prompt.completes("port a", "port alpha");
      prompt.completes("link alpha d", "link alpha down");
      prompt.completes("port-add x --mo", "port-add x --mode");
      prompt.completes("port-add x --mode s", "port-add x --mode server");
      prompt.offers("port-add x --mode ", List.of("client", "server"));
      prompt.completes(
          "port-add x --profile io.mooring.p", "port-add x --profile io.mooring.plain.v1");
      String socket = "port-add x --socket " + scratch.path();
      prompt.completes(socket + "/a.s", socket + "/a.sock");
      prompt.completes("vhost:profile org.dpdk.v18.1", "vhost:profile org.dpdk.v18.11");
      prompt.completes("swap virtq", "swap virtqueue");
      prompt.completes("swap net --port a", "swap net --port alpha");
      prompt.completes("feature-off mrg", "feature-off mrg_rxbuf");
      prompt.completes("probe --prof", "probe --profile");
      prompt.completes("probe --profile io.mooring.v", "probe --profile io.mooring.v1");
      prompt.completes("log root tr", "log root trace");
      prompt.completes("help port-r", "help port-remove");
      prompt.completes("vhost:port-r", "vhost:port-remove");
    }
  }

  @Test
  void everyCommandOffersAllItsFlags() {
    try (Scratch scratch = Scratch.make();
        Prompt prompt = Prompt.open(scratch)) {
      JsonArray commands = commands(scratch);
      assertTrue(commands.size() > 15, commands.toString());
      for (JsonElement each : commands) {
        JsonObject command = each.getAsJsonObject();
        List<String> flags =
            command.getAsJsonArray("flags").asList().stream()
                .map(JsonElement::getAsString)
                .toList();
        String typed = command.get("name").getAsString() + " --";
        if (flags.size() == 1) {
          prompt.completes(typed, typed.substring(0, typed.length() - 2) + flags.getFirst());
        } else {
          prompt.offers(typed, flags);
        }
      }
    }
  }

  private static JsonArray commands(Scratch scratch) {
    Command.Outcome help =
        Distribution.run("exec", "--home", scratch.file("home").toString(), "vhost:help --json");
    return JsonParser.parseString(help.out()).getAsJsonArray();
  }
}

package io.mooring.shell;

import com.google.gson.JsonObject;
import io.mooring.api.profile.MovePlan;
import io.mooring.api.profile.ProfileAdmin;
import io.mooring.shell.Usage.Given;
import io.mooring.shell.Usage.Option;
import java.util.OptionalLong;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vhost:plan}. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=plan"})
public final class PlanCommand implements Command {

  private final ProfileAdmin admin;

  @Activate
  public PlanCommand(@Reference ProfileAdmin admin) {
    this.admin = admin;
  }

  @Override
  public Usage usage() {
    return Usage.of("plan", "tells whether a VM can move to a host, and if not, what would let it")
        .with(
            new Option(
                "--from",
                "PROFILE|VALUES|FILE",
                "the interface that it has: a profile, values, or the latest of a published file",
                true),
            new Option(
                "--to",
                "FILE|PROFILE|VALUES",
                "the published file of the other host, or all that it offers; else this host",
                false),
            new Option(
                "--features",
                "0xHEX",
                "what its guest acknowledged; all of it when absent",
                false));
  }

  @Override
  public Answer run(Given given) throws CommandException {
    String from = given.option("--from").orElseThrow();
    MovePlan plan = admin.plan(from, given.option("--to"), acknowledged(given));
    var json = new JsonObject();
    json.addProperty("possible", plan.possible());
    json.add("missing", ProfileView.array(plan.missing()));
    json.add("lost", ProfileView.array(plan.lost()));
    json.addProperty("profile", plan.profile().orElse(null));
    json.addProperty("restart", plan.restart().orElse(null));
    return new Answer(plan.sentence(), json);
  }

  private static OptionalLong acknowledged(Given given) throws CommandException {
    String text = given.option("--features").orElse("");
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      String digits = text.startsWith("0x") ? text.substring(2) : text;
      return OptionalLong.of(Long.parseUnsignedLong(digits, 16));
    } catch (NumberFormatException _) {
      throw new CommandException("plan: features '" + text + "' is no hexadecimal number");
    }
  }
}

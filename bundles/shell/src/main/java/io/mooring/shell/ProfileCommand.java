package io.mooring.shell;

import com.google.gson.JsonObject;
import io.mooring.api.profile.Profile;
import io.mooring.api.profile.ProfileAdmin;
import io.mooring.api.profile.ProfileState;
import io.mooring.shell.Usage.Given;
import io.mooring.shell.Usage.Option;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vhost:profile}. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=profile"})
public final class ProfileCommand implements Command {

  private static final String FORM = "--as";

  private final ProfileAdmin admin;

  @Activate
  public ProfileCommand(@Reference ProfileAdmin admin) {
    this.admin = admin;
  }

  @Override
  public Usage usage() {
    return Usage.of(
            "profile",
            "shows an interface: a profile's, a list of values', or that of a file (a published"
                + " list, a libvirt domain, a QEMU command line)",
            "PROFILE|VALUES|FILE")
        .with(
            new Option(
                FORM,
                "values|qemu|libvirt|file",
                "as values, as QEMU's properties, as libvirt's elements, as a .profile file",
                false),
            new Option("--name", "NAME", "the name in the .profile file", false));
  }

  @Override
  public Answer run(Given given) throws CommandException {
    ProfileState state = admin.describe(given.positional(0));
    Profile profile = state.profile();
    String form = given.option(FORM).orElse("");
    if (form.isEmpty()) {
      return new Answer(ProfileView.text(state), ProfileView.json(state));
    }
    String text =
        switch (form) {
          case "values" -> state.values();
          case "qemu" -> "-device virtio-net-pci," + admin.qemu(profile);
          case "libvirt" -> admin.libvirt(profile);
          case "file" ->
              admin.file(
                  profile.withName(given.option("--name").orElse(profile.name())),
                  state.source().isEmpty() ? state.origin() : state.source());
          default ->
              throw new CommandException(
                  "profile: no form '%s', there are values, qemu, libvirt, file".formatted(form));
        };
    var json = new JsonObject();
    json.addProperty("name", profile.name());
    json.addProperty(form, text);
    return new Answer(text.stripTrailing(), json);
  }
}

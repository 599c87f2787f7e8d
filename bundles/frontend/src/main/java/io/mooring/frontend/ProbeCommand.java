package io.mooring.frontend;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.mooring.api.os.Os;
import io.mooring.api.profile.Profile;
import io.mooring.api.profile.ProfileAdmin;
import io.mooring.api.transport.Transport;
import io.mooring.api.virtio.RingFeature;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/** The shell command {@code vhost:probe}. */
@Component(
    service = ProbeCommand.class,
    property = {"osgi.command.scope=vhost", "osgi.command.function=probe"})
public final class ProbeCommand {

  private static final int COLUMNS = 78;
  private static final String LINE = "%-18s %s%n";

  /** What a front-end cannot ask: the rings that QEMU makes at most, and Ethernet's MTU. */
  private static final int RING = 1024;

  private static final int MTU = 1500;

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
  private volatile ProfileAdmin profiles;

  private final Os os;
  private final Transport transport;

  @Activate
  public ProbeCommand(@Reference Os os, @Reference Transport transport) {
    this.os = os;
    this.transport = transport;
  }

  @Descriptor("Asks the vhost-user back-end at a socket what it offers.")
  public Object probe(
      CommandSession session,
      @Descriptor("print JSON")
          @Parameter(names = "--json", presentValue = "true", absentValue = "false")
          boolean json,
      @Descriptor("print what it offers as a .profile file of this name")
          @Parameter(names = "--as-profile", absentValue = "")
          String name,
      @Descriptor("ask for this profile first, by name or values")
          @Parameter(names = "--profile", absentValue = "")
          String profile,
      @Descriptor("this text")
          @Parameter(names = "--help", presentValue = "true", absentValue = "false")
          boolean help,
      @Descriptor("path of a socket at which a back-end listens, or /dev/vhost-net")
          String... sockets)
      throws Exception {
    if (help) {
      return session.execute("felix:help vhost:probe");
    }
    if (sockets.length != 1) {
      throw new IllegalArgumentException(
          "probe: %d sockets are given, one is needed; usage: probe [--json] [--as-profile NAME]"
                  .formatted(sockets.length)
              + " [--profile PROFILE] SOCKET");
    }
    Path path = session.currentDir().resolve(sockets[0]);
    Optional<String> wish = Optional.of(profile).filter(given -> !given.isEmpty());
    Probe probe =
        KernelVhost.isMeant(path)
            ? KernelVhost.probe(os, path)
            : Probe.of(os, transport, path, Client.TIMEOUT, wish);
    if (!name.isEmpty()) {
      session.getConsole().print(asProfile(profiles, name, path, probe));
    } else if (json) {
      session.getConsole().println(json(path, probe));
    } else {
      print(session.getConsole(), path, probe);
    }
    return null;
  }

  static String asProfile(ProfileAdmin profiles, String name, Path path, Probe probe)
      throws IOException {
    if (profiles == null) {
      throw new IOException("the profile bundle is not there");
    }
    long features = probe.features() & ~RingFeature.PROTOCOL_FEATURES.mask();
    int pairs = (int) Math.max(1, probe.queues().orElse(1));
    try {
      return profiles.file(
          new Profile(name, "net", features, RING, pairs, MTU),
          KernelVhost.isMeant(path)
              ? KernelVhost.source(path)
              : "asked of the back-end at %s; ring and MTU are assumed".formatted(path));
    } catch (IllegalArgumentException wrong) {
      throw new IOException(wrong.getMessage(), wrong);
    }
  }

  static String json(Path path, Probe probe) {
    Gson gson = new GsonBuilder().disableHtmlEscaping().create();
    JsonObject object = new JsonObject();
    object.addProperty("socket", path.toString());
    object.addProperty("features", hex(probe.features()));
    object.add("feature_names", gson.toJsonTree(FeatureNames.net(probe.features())));
    probe
        .protocolFeatures()
        .ifPresent(word -> {
          object.addProperty("protocol_features", hex(word));
          object.add("protocol_feature_names", gson.toJsonTree(FeatureNames.protocol(word)));
        });
    probe.queues().ifPresent(queues -> object.addProperty("queues", queues));
    probe.slots().ifPresent(slots -> object.addProperty("mem_slots", slots));
    probe.profile().ifPresent(answer -> object.add("profile", json(answer)));
    return gson.toJson(object);
  }

  private static JsonObject json(ProfileAnswer answer) {
    JsonObject object = new JsonObject();
    switch (answer) {
      case ProfileAnswer.Taken(String name, String values) -> {
        object.addProperty("outcome", "taken");
        object.addProperty("name", name);
        object.addProperty("values", values);
      }
      case ProfileAnswer.Refused(String reason) -> {
        object.addProperty("outcome", "refused");
        object.addProperty("reason", reason);
      }
      case ProfileAnswer.Unknown _ -> object.addProperty("outcome", "unknown");
    }
    return object;
  }

  private static String sentence(ProfileAnswer answer) {
    return switch (answer) {
      case ProfileAnswer.Taken(String name, String values) ->
          "taken: " + (name.isEmpty() ? values : name);
      case ProfileAnswer.Refused(String reason) -> "refused: " + reason;
      case ProfileAnswer.Unknown _ -> "unknown: the back-end does not speak of profiles";
    };
  }

  private static void print(PrintStream out, Path path, Probe probe) {
    out.printf(LINE, "socket", path);
    probe.profile().ifPresent(answer -> out.printf(LINE, "profile", sentence(answer)));
    word(out, "features", probe.features(), FeatureNames.net(probe.features()));
    if (probe.protocolFeatures().isPresent()) {
      long word = probe.protocolFeatures().getAsLong();
      word(out, "protocol features", word, FeatureNames.protocol(word));
    } else {
      out.printf(LINE, "protocol features", "none");
    }
    out.printf(LINE, "queues", orDash(probe.queues()));
    out.printf(LINE, "memory slots", orDash(probe.slots()));
  }

  private static void word(PrintStream out, String title, long word, List<String> names) {
    out.printf(LINE, title, hex(word));
    StringBuilder line = new StringBuilder();
    for (String name : names) {
      if (line.length() + name.length() > COLUMNS) {
        out.printf(LINE, "", line);
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(name);
    }
    out.printf(LINE, "", line);
  }

  private static String orDash(OptionalLong value) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : "-";
  }

  private static String hex(long word) {
    return "0x" + Long.toHexString(word);
  }
}

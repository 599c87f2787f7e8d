package io.mooring.shell;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.mooring.api.profile.ProfileAdmin;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.slf4j.LoggerFactory;

/** What is known now by the names that usages have for values. Any thread. */
@Component(service = Names.class)
public final class Names {

  /** All that is known by name; {@code FILE} is the shell's. */
  static final Set<String> KINDS =
      Set.of("COMMAND", "DEVICE", "FEATURE", "FILE", "LOGGER", "PORT", "PROFILE", "ROOM", "SWITCH");

  private static final String OURS = "io.mooring.";

  /** The rooms that {@code vhost:swap} refuses. */
  private static final Set<String> FIXED = Set.of("api", "port", "logging", "shell");

  @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
  private volatile ProfileAdmin profiles;

  private final BundleContext context;
  private final Ports ports;
  private final Commands commands;

  @Activate
  public Names(BundleContext context, @Reference Ports ports, @Reference Commands commands) {
    this.context = context;
    this.ports = ports;
    this.commands = commands;
  }

  /** What is known by a name, without order; nothing by other names than {@link #KINDS}. */
  List<String> of(String kind) {
    ProfileAdmin admin = profiles;
    Stream<String> names =
        switch (kind) {
          case "COMMAND" -> commands.all().keySet().stream();
          case "LOGGER" -> loggers();
          case "PORT" -> ports.names().stream();
          case "ROOM" -> rooms();
          case "SWITCH" ->
              ports.all().stream()
                  .flatMap(port -> Stream.ofNullable(port.settings().get("switch")));
          case "DEVICE", "FEATURE", "PROFILE" ->
              admin == null ? Stream.empty() : ofProfiles(kind, admin);
          default -> Stream.empty();
        };
    return names.distinct().toList();
  }

  private static Stream<String> ofProfiles(String kind, ProfileAdmin admin) {
    return switch (kind) {
      case "DEVICE" -> admin.known().stream().map(state -> state.profile().device());
      case "FEATURE" -> admin.features().stream();
      default ->
          admin.known().stream()
              .flatMap(state ->
                  Stream.concat(Stream.of(state.profile().name()), state.aliases().stream()));
    };
  }

  private Stream<String> rooms() {
    return Arrays.stream(context.getBundles())
        .map(Bundle::getSymbolicName)
        .filter(name -> name != null && name.matches("io\\.mooring\\.[a-z]+"))
        .map(name -> name.substring(OURS.length()))
        .filter(name -> !FIXED.contains(name));
  }

  private static Stream<String> loggers() {
    return LoggerFactory.getILoggerFactory() instanceof LoggerContext loggers
        ? loggers.getLoggerList().stream().map(Logger::getName)
        : Stream.empty();
  }
}

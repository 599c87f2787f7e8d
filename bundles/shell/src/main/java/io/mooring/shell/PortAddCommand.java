package io.mooring.shell;

import io.mooring.api.port.PortStatus;
import io.mooring.shell.Usage.Given;
import io.mooring.shell.Usage.Option;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.felix.service.command.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code vhost:port-add}. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=port-add"})
public final class PortAddCommand implements Command {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

  /** struct sockaddr_un has 108 bytes for the path, the last of them zero. */
  private static final int LONGEST_SOCKET = 107;

  private final PortConfigurations configurations;

  @Activate
  public PortAddCommand(@Reference PortConfigurations configurations) {
    this.configurations = configurations;
  }

  @Override
  public Usage usage() {
    return Usage.of("port-add", "makes a port, now and at every start to come", "NAME")
        .with(
            new Option("--socket", "FILE", "absolute path of the unix socket", true),
            new Option(
                "--profile", "PROFILE", "what the guest sees; the latest when absent", false),
            new Option("--mode", "server|client", "listen (the default) or connect", false),
            new Option("--switch", "SWITCH", "the switch that it joins", false),
            new Option("--mtu", "N", "in bytes", false),
            new Option("--queues", "N", "queue pairs", false),
            new Option("--speed", "N", "in Mbit/s, as its guest is told", false),
            new Option("--postcopy", "true|false", "a VM may come by post-copy", false));
  }

  @Override
  public Answer run(Given given) throws Exception {
    String name = given.positional(0);
    var settings = new TreeMap<String, String>();
    given.options().forEach((flag, value) -> settings.put(flag.substring(2), value));
    check(name, settings);
    PortStatus port = configurations.add(name, settings);
    return new Answer(
        "port %s: %s %s".formatted(name, port.state(), port.socket()), PortView.json(port));
  }

  private static void check(String name, Map<String, String> settings) throws CommandException {
    if (!NAME.matcher(name).matches()) {
      throw new CommandException(
          "port-add: '%s': a port's name is 1 to 64 of the characters A-Z a-z 0-9 _ . -"
              .formatted(name));
    }
    String socket = settings.get("socket");
    if (!Path.of(socket).isAbsolute()) {
      throw new CommandException("port-add: socket '" + socket + "' is no absolute path");
    }
    int length = socket.getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST_SOCKET) {
      throw new CommandException(
          "port-add: socket path has %d bytes, at most %d are allowed: %s"
              .formatted(length, LONGEST_SOCKET, socket));
    }
    String mode = settings.getOrDefault("mode", "server");
    if (!mode.equals("server") && !mode.equals("client")) {
      throw new CommandException("port-add: mode '" + mode + "' is neither server nor client");
    }
    String postcopy = settings.getOrDefault("postcopy", "false");
    if (!postcopy.equals("true") && !postcopy.equals("false")) {
      throw new CommandException("port-add: postcopy '" + postcopy + "' is neither true nor false");
    }
    for (String key : new String[] {"mtu", "queues", "speed"}) {
      String value = settings.getOrDefault(key, "0");
      if (!NUMBER.matcher(value).matches()) {
        throw new CommandException("port-add: " + key + " '" + value + "' is no number");
      }
    }
  }
}

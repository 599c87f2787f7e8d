package io.mooring.frontend;

import io.mooring.api.os.Os;
import io.mooring.api.transport.Transport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Parameter;
import org.osgi.framework.BundleContext;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The shell command {@code vhost:demo}: the main job on real sockets, every byte checked. */
@Component(
    service = DemoCommand.class,
    property = {"osgi.command.scope=vhost", "osgi.command.function=demo"})
public final class DemoCommand {

  /** Framework property: the home directory of this Mooring. */
  private static final String HOME = "io.mooring.home";

  private static final String ONE = "demo-a";
  private static final String OTHER = "demo-b";
  private static final String SWITCH = "demo";
  private static final Duration GREETING = Duration.ofSeconds(5);

  private final BundleContext context;
  private final ConfigurationAdmin admin;
  private final Os os;
  private final Transport transport;

  @Activate
  public DemoCommand(
      BundleContext context,
      @Reference ConfigurationAdmin admin,
      @Reference Os os,
      @Reference Transport transport) {
    this.context = context;
    this.admin = admin;
    this.os = os;
    this.transport = transport;
  }

  @Descriptor("Moves frames between two ports of this Mooring and checks every one.")
  public Object demo(
      CommandSession session,
      @Descriptor("how many frames, both ways together")
          @Parameter(names = "--frames", absentValue = "1000000")
          long frames,
      @Descriptor("this text")
          @Parameter(names = "--help", presentValue = "true", absentValue = "false")
          boolean help)
      throws Exception {
    if (help) {
      return session.execute("felix:help vhost:demo");
    }
    if (frames < 2) {
      throw new IllegalArgumentException("--frames " + frames + ": allowed is 2 or more");
    }
    Optional<Path> run = runDirectory();
    Path directory = run.isPresent() ? run.get() : Files.createTempDirectory("mooring-demo");
    try (DemoPorts ports = new DemoPorts(context, admin, directory)) {
      ports.add(ONE, SWITCH);
      ports.add(OTHER, SWITCH);
      ports.awaitListening(ONE);
      ports.awaitListening(OTHER);
      run(session, ports, frames);
    } finally {
      if (run.isEmpty()) {
        Files.deleteIfExists(directory);
      }
    }
    return null;
  }

  private void run(CommandSession session, DemoPorts ports, long frames) throws IOException {
    PrintStream out = session.getConsole();
    out.printf(
        Locale.ROOT,
        "Two guests exchange %,d frames of 64 to 1514 bytes through ports %s and %s.%n",
        frames,
        ONE,
        OTHER);
    try (NetPort one = connect(ports, ONE);
        NetPort other = connect(ports, OTHER)) {
      Exchange exchange = Exchange.mixed(one, other, frames);
      exchange.greet(GREETING);
      ProgressBar bar = new ProgressBar(out, Terminal.of(session), frames);
      long begun = System.nanoTime();
      exchange.run(bar);
      double seconds = (System.nanoTime() - begun) / 1e9;
      bar.finish();
      DemoReport report = new DemoReport(out);
      report.outcomes(
          List.of(ONE + " -> " + OTHER, OTHER + " -> " + ONE), exchange.outcomes(), seconds);
      report.port(ports.status(ONE));
      report.port(ports.status(OTHER));
      // The build's ahead-of-time cache knows by this what the end of a VM's stay takes.
      one.leave();
      other.leave();
      out.println();
      judge(exchange.outcomes());
      out.println("Every frame arrived once, in order and unchanged.");
    }
  }

  private NetPort connect(DemoPorts ports, String port) throws IOException {
    return NetPort.connect(os, transport, ports.socket(port), NetOptions.modern());
  }

  private static void judge(List<Exchange.Outcome> outcomes) throws IOException {
    for (Exchange.Outcome each : outcomes) {
      if (!each.clean()) {
        throw new IOException(
            "demo failed: lost %d, corrupted %d, duplicated %d, reordered %d"
                .formatted(each.lost(), each.corrupted(), each.duplicated(), each.reordered()));
      }
    }
  }

  /** The home's run directory; empty where there is none or a socket's path would be too long. */
  private Optional<Path> runDirectory() {
    return Optional.ofNullable(context.getProperty(HOME))
        .map(home -> Path.of(home).toAbsolutePath().resolve("run"))
        .filter(Files::isDirectory)
        .filter(run -> pathBytes(run.resolve(OTHER + ".sock")) <= Transport.MAX_PATH_BYTES);
  }

  private static int pathBytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8).length;
  }
}

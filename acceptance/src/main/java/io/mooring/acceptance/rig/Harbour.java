package io.mooring.acceptance.rig;

import java.util.ArrayList;
import java.util.List;

/**
 * A host for VMs that move: a Mooring with a port for each kind of VM, and one, {@value #NETWORK},
 * for the network that joins the hosts. All are on one switch.
 */
public final class Harbour implements AutoCloseable {

  /** The port to other hosts. */
  public static final String NETWORK = "net";

  private final Scratch scratch = Scratch.make();
  private final MooringProcess mooring;

  private Harbour(List<String> ports) {
    List<String> arguments = new ArrayList<>();
    ports.forEach(port -> {
      String[] parts = port.split(",", 2);
      String keys = parts.length > 1 ? "," + parts[1] : "";
      arguments.addAll(List.of("--port", parts[0] + "=" + scratch.file(parts[0]) + keys));
    });
    arguments.addAll(List.of("--port", NETWORK + "=" + scratch.file(NETWORK)));
    mooring = MooringProcess.start(scratch, arguments.toArray(String[]::new));
  }

  /**
   * Starts, and waits until all ports listen.
   *
   * @param ports {@code NAME[,key=value…]}
   */
  public static Harbour open(String... ports) {
    return new Harbour(List.of(ports));
  }

  /** A card at one of its ports. */
  public NetworkCard card(String port, int number) {
    return NetworkCard.at(scratch.file(port), number);
  }

  /** Its Mooring. */
  public MooringProcess mooring() {
    return mooring;
  }

  /** Replaces a room's bundle by another version of it, as an operator does. */
  public void update(String room, BundleJar jar) {
    String id =
        mooring
            .must("lb -s io.mooring." + room)
            .lines()
            .filter(line -> line.contains("io.mooring." + room + " "))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no bundle " + room))
            .split("\\|", 2)[0]
            .strip();
    mooring.must("update %s file:%s".formatted(id, jar.write(scratch.file(room + ".jar"))));
    mooring.must("refresh " + id);
  }

  @Override
  public void close() {
    mooring.close();
    scratch.close();
  }
}

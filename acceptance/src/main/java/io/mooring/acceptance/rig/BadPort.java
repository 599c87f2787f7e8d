package io.mooring.acceptance.rig;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import io.mooring.frontend.Client;
import io.mooring.frontend.FrontEnd;
import io.mooring.frontend.NetOptions;
import io.mooring.frontend.NetPort;
import io.mooring.frontend.VnetHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A Mooring with a port for front-ends that break the rules, beside two on the same switch that
 * exchange frames all the while and one that only listens.
 */
public final class BadPort implements AutoCloseable {

  /** How long Mooring may take to end a connection and to say why. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  /** To the listener, from the guest. */
  private static final byte[] ADDRESSES = {2, 0, 0, 0, 0, 31, 2, 0, 0, 0, 0, 30};

  /** IEEE 802's second local experimental Ethertype. */
  private static final short EXPERIMENT = (short) 0x88b6;

  private static final int FRAME_BYTES = 1500;

  private final Scratch scratch;
  private final MooringProcess mooring;
  private final Bystanders bystanders;
  private final NetPort listener;
  private final Random random = new Random(5);
  private Footprint before;
  private int logged;

  private BadPort(Scratch scratch, MooringProcess mooring) {
    this.scratch = scratch;
    this.mooring = mooring;
    bystanders = Bystanders.start(mooring, scratch.file("c"), scratch.file("d"));
    listener = Lab.connect(scratch.file("listener"));
    // Once the switch knows where he is, frames for him go to nobody else.
    byte[] hello = frame();
    System.arraycopy(ADDRESSES, 0, hello, ADDRESSES.length / 2, ADDRESSES.length / 2);
    System.arraycopy(ADDRESSES, ADDRESSES.length / 2, hello, 0, ADDRESSES.length / 2);
    listener.send(VnetHeader.PLAIN, hello);
  }

  /** Starts it all. */
  public static BadPort start() {
    return start("");
  }

  /**
   * The same.
   *
   * @param keys more keys of the port for those who break the rules, with a comma before each
   */
  public static BadPort start(String keys) {
    Scratch scratch = Scratch.make();
    MooringProcess mooring =
        MooringProcess.start(
            scratch,
            "--port",
            "bad=%s,queues=1%s".formatted(scratch.file("bad"), keys),
            "--port",
            "other=" + scratch.file("other"),
            "--port",
            "listener=" + scratch.file("listener"),
            "--port",
            "c=" + scratch.file("c"),
            "--port",
            "d=" + scratch.file("d"));
    BadPort port = new BadPort(scratch, mooring);
    // What the first of its kind loads for good is not a leak.
    port.assertServesTheNext();
    Eventually.pause(Duration.ofMillis(300));
    return port;
  }

  /** Where bad front-ends connect. */
  public Path socket() {
    return scratch.file("bad");
  }

  /** A port of the same switch that nobody is at. */
  public Path other() {
    return scratch.file("other");
  }

  /** The Mooring. */
  public MooringProcess mooring() {
    return mooring;
  }

  /** Those who keep the rules. */
  public Bystanders bystanders() {
    return bystanders;
  }

  /** Remembers what there is, before a front-end breaks a rule. */
  public void look() {
    before = Footprint.of(mooring.pid());
    lookAtTheLog();
  }

  /** The same for the log only. */
  public void lookAtTheLog() {
    logged = mooring.log().size();
  }

  /** What Mooring held when one last looked. */
  public Footprint before() {
    return before;
  }

  /** A front-end that negotiated with {@link NetOptions#MODERN} features and others. */
  public FrontEnd frontEnd(long features, long protocolFeatures) throws IOException {
    FrontEnd frontEnd = FrontEnd.connect(Lab.OS, Lab.TRANSPORT, socket());
    frontEnd.negotiate(NetOptions.MODERN | features, protocolFeatures);
    return frontEnd;
  }

  /** Sends a message as it is; the descriptors are closed. */
  public static void send(FrontEnd to, Request request, ByteBuffer payload, int... descriptors)
      throws IOException {
    try {
      to.client().send(new Message(request.number(), Message.VERSION, payload, descriptors));
    } finally {
      for (int descriptor : descriptors) {
        Lab.OS.close(descriptor);
      }
    }
  }

  /** Sends a message of two 32-bit values. */
  public static void send(FrontEnd to, Request request, int index, int value) throws IOException {
    send(to, request, Client.payload(8).putInt(index).putInt(value).flip());
  }

  /** Waits until the connection ends, whatever comes before that. */
  public static void awaitEnd(FrontEnd frontEnd) throws IOException {
    Optional<Message> message = frontEnd.client().next();
    while (message.isPresent()) {
      for (int descriptor : message.get().claim()) {
        Lab.OS.close(descriptor);
      }
      message = frontEnd.client().next();
    }
  }

  /** Since one last looked the log says one line, which has these words; looks anew. */
  public void assertOneComplaint(String why) {
    Eventually.holds(
        "the log complains",
        PATIENCE,
        () -> !mooring.complaints(logged).isEmpty(),
        () -> "no line that says " + why);
    List<String> complaints = mooring.complaints(logged);
    String line = complaints.getFirst();
    if (complaints.size() != 1 || !line.contains("port bad:") || !line.contains(why)) {
      throw new AssertionError("expected one line that says %s: %s".formatted(why, complaints));
    }
    logged = mooring.log().size();
  }

  /** What the log complains of since one last looked. */
  public List<String> complaints() {
    return mooring.complaints(logged);
  }

  /** Since one last looked the log says nothing. */
  public void assertNoComplaint() {
    List<String> complaints = complaints();
    if (!complaints.isEmpty()) {
      throw new AssertionError("expected no complaint: " + complaints);
    }
  }

  /** The bystanders go on, the port serves the next front-end, and nothing of the last stays. */
  public void assertNobodyNoticed() {
    bystanders.assertMoving();
    assertServesTheNext();
    before.awaitNoMore(mooring.pid());
  }

  /** A frame of the next front-end arrives. */
  public void assertServesTheNext() {
    try (NetPort next = Lab.connect(socket())) {
      assertPasses(next);
    }
  }

  /** A frame of a guest at the bad port arrives as it was sent. */
  public void assertPasses(NetPort guest) {
    byte[] frame = frame();
    // What others sent him meanwhile may have taken all his buffers.
    listener.receive((header, got, length) -> {}, Integer.MAX_VALUE);
    if (!guest.send(VnetHeader.PLAIN, frame)) {
      throw new AssertionError("the guest's ring is full");
    }
    assertArrives(frame);
  }

  /** A frame for the listener that no other is like; nobody else counts it, should he get it. */
  public byte[] frame() {
    byte[] frame = new byte[FRAME_BYTES];
    random.nextBytes(frame);
    ByteBuffer.wrap(frame).put(ADDRESSES).putShort(EXPERIMENT);
    return frame;
  }

  /** Waits until a frame has come to the listener. */
  public void assertArrives(byte[] frame) {
    boolean[] arrived = new boolean[1];
    Eventually.holds(
        "a clean frame passes",
        PATIENCE,
        () -> {
          listener.receive(
              (header, got, length) ->
                  arrived[0] |=
                      Arrays.equals(
                          HostMemory.segment(got, length).toArray(ValueLayout.JAVA_BYTE), frame),
              Integer.MAX_VALUE);
          return arrived[0];
        },
        () -> mooring.must("vhost:stats"));
  }

  @Override
  public void close() {
    try (Scratch directory = scratch;
        MooringProcess process = mooring;
        NetPort last = listener) {
      bystanders.close();
      last.enable(false);
      process.stop();
      if (!directory.path().toFile().isDirectory()) {
        throw new AssertionError("the test's directory is gone");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

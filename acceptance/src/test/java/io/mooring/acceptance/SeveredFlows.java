package io.mooring.acceptance;

import static io.mooring.api.virtio.RingFeature.IN_ORDER;
import static io.mooring.api.virtio.RingFeature.RING_PACKED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.Lab;
import io.mooring.acceptance.rig.LastingPort.Kind;
import io.mooring.api.transport.Listener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Pairs of VMs that outlive the back-end between them, each with frames from one to the other. One
 * thread uses them.
 */
final class SeveredFlows implements AutoCloseable {

  /** Every kind of ring, with an inflight buffer and without where both can be. */
  static final List<Kind> EVERY_KIND =
      List.of(
          new Kind(List.of(), false),
          new Kind(List.of(), true),
          new Kind(List.of(IN_ORDER), false),
          new Kind(List.of(IN_ORDER), true),
          new Kind(List.of(RING_PACKED), true),
          new Kind(List.of(RING_PACKED, IN_ORDER), true));

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** The sockets of a pair: of who sends, and of who receives. */
  private record Ends(Path from, Path to) {}

  private final List<SeveredFlow> flows = new ArrayList<>();
  private final List<Ends> ends = new ArrayList<>();

  /** Adds a pair, which is connected later. */
  void add(Kind kind, Path from, Path to) throws IOException {
    flows.add(new SeveredFlow(kind));
    ends.add(new Ends(from, to));
  }

  /** Connects each VM to its socket; those that were connected hang up. */
  void connect(boolean receiversFirst) throws IOException {
    for (int number = 0; number < flows.size(); number++) {
      SeveredFlow flow = flows.get(number);
      if (receiversFirst) {
        flow.to().connect(Lab.TRANSPORT.connect(ends.get(number).to));
      }
      flow.from().connect(Lab.TRANSPORT.connect(ends.get(number).from));
      if (!receiversFirst) {
        flow.to().connect(Lab.TRANSPORT.connect(ends.get(number).to));
      }
    }
  }

  /** Lets the back-end connect to each VM; those that were connected hang up. */
  void accept(Listener there) throws IOException {
    for (int count = 0; count < 2 * flows.size(); count++) {
      Listener.Arrival arrival = there.accept().orElseThrow();
      for (int number = 0; number < flows.size(); number++) {
        if (arrival.path().equals(ends.get(number).from)) {
          flows.get(number).from().connect(arrival.connection());
        } else if (arrival.path().equals(ends.get(number).to)) {
          flows.get(number).to().connect(arrival.connection());
        }
      }
    }
  }

  /** Sends as many frames as may be under way, and receives. */
  void send() {
    flows.forEach(SeveredFlow::send);
  }

  /** Receives, and takes back what was sent. */
  void receive() {
    flows.forEach(SeveredFlow::receive);
  }

  /** Sends until so many more frames have arrived at each. */
  void flow(int frames) {
    List<Long> wanted = flows.stream().map(each -> each.arrived() + frames).toList();
    await(
        "frames flow",
        () -> {
          send();
          return IntStream.range(0, flows.size())
              .allMatch(number -> flows.get(number).arrived() >= wanted.get(number));
        });
  }

  /** Whether some ring holds frames that were sent. */
  boolean hold() {
    return flows.stream().anyMatch(each -> each.from().held() > 0);
  }

  /**
   * All that was sent has arrived once, and no ring holds anything any more.
   *
   * @param after what they have been through
   */
  void settle(String after) {
    awaitAll(after);
    for (SeveredFlow flow : flows) {
      assertEquals(List.of(), flow.faults(), () -> flow + " after " + after);
    }
  }

  /** The same, but that frames may have come twice. */
  void settleWithRepeats(String after) {
    awaitAll(after);
    for (SeveredFlow flow : flows) {
      List<String> others =
          flow.faults().stream().filter(fault -> !fault.endsWith(" came twice")).toList();
      assertEquals(List.of(), others, () -> flow + " after " + after);
    }
  }

  private void awaitAll(String after) {
    await(
        "all arrive after " + after,
        () -> {
          receive();
          return flows.stream().allMatch(SeveredFlow::complete);
        });
  }

  private void await(String what, BooleanSupplier done) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!done.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, () -> what + ": " + flows);
    }
  }

  /** All of them, for what one only has. */
  List<SeveredFlow> each() {
    return List.copyOf(flows);
  }

  @Override
  public void close() {
    flows.forEach(SeveredFlow::close);
  }
}

package io.mooring.acceptance.rig;

import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Connection;
import io.mooring.frontend.Client;
import io.mooring.frontend.FrontEnd;
import io.mooring.frontend.GuestRam;
import io.mooring.frontend.NetOptions;
import io.mooring.frontend.NetPort;
import io.mooring.frontend.SplitRing;
import io.mooring.frontend.VnetHeader;
import io.mooring.frontend.Vring;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;

/**
 * Sessions of random guests, with random damage to their messages, their rings and their memory. A
 * number is all that decides a session, so that what it found can be had again.
 */
public final class Fuzzer {

  private static final Duration ANSWER = Duration.ofMillis(300);
  private static final int STEPS = 40;
  private static final int[] LENGTHS = {0, 8, 12, 16, 20, 24, 32, 40};
  private static final int LARGEST_RING = 512;

  private final BadPort port;

  /**
   * @param port where the guests connect
   */
  public Fuzzer(BadPort port) {
    this.port = port;
  }

  /** Has one session, to its end or until Mooring ends it. */
  public void session(long seed) {
    Random random = new Random(seed);
    try {
      Connection whole = Lab.TRANSPORT.connect(port.socket());
      Connection damaged = new DamagedConnection(whole, random, 5 + random.nextInt(60));
      FrontEnd frontEnd = FrontEnd.over(Lab.OS, damaged, ANSWER);
      try (NetPort guest = NetPort.bringUp(Lab.OS, frontEnd, options(random))) {
        for (int step = 0; step < STEPS; step++) {
          step(guest, random);
        }
      }
    } catch (IOException | IllegalStateException | IllegalArgumentException refused) {
      // What Mooring made of it is for others to judge.
      return;
    }
  }

  private static NetOptions options(Random random) {
    NetOptions.Shape[] shapes = NetOptions.Shape.values();
    long features = random.nextBoolean() ? NetOptions.MODERN : random.nextLong();
    // Each answer that need not come is waited for in vain when the question was damaged.
    long protocol = random.nextLong() & ~ProtocolFeature.INBAND_NOTIFICATIONS.mask();
    return NetOptions.modern()
        .features(features)
        .protocolFeatures(random.nextBoolean() ? NetOptions.PROTOCOL : protocol)
        .ringSize(Math.max(2, Integer.highestOneBit(random.nextInt(LARGEST_RING) + 1)))
        .shape(shapes[random.nextInt(shapes.length)])
        .memory(1 + random.nextInt(4), 1 << 20);
  }

  private void step(NetPort guest, Random random) throws IOException {
    FrontEnd frontEnd = guest.frontEnd();
    Vring queue = random.nextBoolean() ? guest.transmitQueue() : guest.receiveQueue();
    switch (random.nextInt(16)) {
      case 0 -> guest.restart();
      case 1 -> guest.enable(random.nextBoolean());
      case 2 -> frontEnd.shareTable();
      case 3 -> frontEnd.status(random.nextInt(16));
      case 4 -> queue.stop();
      case 5 -> queue.start(random.nextInt(1 << 16));
      case 6 -> any(frontEnd, random);
      case 7 -> descriptor(guest, queue.ring().memory(), random);
      case 8 -> queue.ring().memory().availableIndex((int) DamagedConnection.edge(random));
      case 9 -> noise(frontEnd.ram(), random);
      case 10 -> truncate(frontEnd.ram(), random);
      default -> {
        guest.send(VnetHeader.PLAIN, port.frame());
        guest.receive((header, frame, length) -> {}, 64);
      }
    }
    queue.kick();
  }

  /** A request of any kind, with a payload of a length that some have, and a descriptor or none. */
  private static void any(FrontEnd frontEnd, Random random) throws IOException {
    Request[] requests = Request.values();
    ByteBuffer payload = Client.payload(LENGTHS[random.nextInt(LENGTHS.length)]);
    while (payload.remaining() >= Integer.BYTES) {
      payload.putInt(
          random.nextInt(8) == 0 ? (int) DamagedConnection.edge(random) : random.nextInt(4));
    }
    int[] files =
        switch (random.nextInt(3)) {
          case 0 -> new int[] {Lab.OS.eventfd()};
          case 1 -> new int[] {Lab.OS.memfd("fuzz", 1 << 20)};
          default -> new int[0];
        };
    Request request = requests[random.nextInt(requests.length)];
    BadPort.send(frontEnd, request, payload.flip(), files);
  }

  private static void descriptor(NetPort guest, SplitRing ring, Random random) {
    long address =
        random.nextBoolean()
            ? DamagedConnection.edge(random)
            : GuestRam.FIRST + random.nextInt(1 << 20);
    int index = random.nextInt(ring.size());
    int length = random.nextBoolean() ? (int) DamagedConnection.edge(random) : 64;
    ring.descriptor(index, address, length, random.nextInt(8), random.nextInt(ring.size() + 1));
    ring.availableEntry(random.nextInt(ring.size()), index);
    ring.availableIndex(ring.availableIndex() + 1);
    guest.flush();
  }

  private static void noise(GuestRam ram, Random random) {
    byte[] noise = new byte[1 + random.nextInt(256)];
    random.nextBytes(noise);
    GuestRam.Block block = ram.blocks().get(random.nextInt(ram.blocks().size()));
    long room = block.region().size() - noise.length;
    ram.write(block.region().guestAddress() + random.nextLong(room), noise);
  }

  /** The guest's own memory is gone with it: nothing of it may be touched here any more. */
  private static void truncate(GuestRam ram, Random random) throws IOException {
    if (random.nextInt(8) == 0) {
      Path file = Path.of("/proc/self/fd", Integer.toString(ram.blocks().getFirst().descriptor()));
      try (FileChannel memory = FileChannel.open(file, StandardOpenOption.WRITE)) {
        memory.truncate(0);
      }
      Eventually.pause(Duration.ofMillis(2));
      throw new IOException("the guest has no memory any more");
    }
  }
}

package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.Lab;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.api.memory.HostMemory;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import io.mooring.api.virtio.NetFeature;
import io.mooring.frontend.Client;
import io.mooring.frontend.DriverRing.Segment;
import io.mooring.frontend.FrontEnd;
import io.mooring.frontend.NetOptions;
import io.mooring.frontend.NetPort;
import io.mooring.frontend.VnetHeader;
import io.mooring.frontend.Vring;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.newsclub.net.unix.FileDescriptorCast;

/** A front-end that leaves the control queue to the back-end, as none of QEMU's or DPDK's does. */
final class ControlQueueTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final long FEATURES =
      NetOptions.MODERN
          | NetFeature.CTRL_VQ.mask()
          | NetFeature.CTRL_RX.mask()
          | NetFeature.CTRL_MAC_ADDR.mask();

  // VhostDeviceStateDirection, VhostDeviceStatePhase and the answer's bit for no descriptor.
  private static final int SAVE = 0;
  private static final int LOAD = 1;
  private static final int STOPPED = 0;
  private static final long NO_OTHER_FILE = 1 << 8;

  /** The driver's side of the queue: a command at a time, and its answer. */
  private static final class Control {

    private final FrontEnd frontEnd;
    private final Vring vring;
    private final long command;
    private final long answer;

    /** Behind so many pairs of queues; a driver without MQ knows one. */
    Control(NetPort port, int pairs) throws IOException {
      frontEnd = port.frontEnd();
      vring = frontEnd.queue(2 * pairs, 64);
      command = frontEnd.ram().allocate(64, 8);
      answer = frontEnd.ram().allocate(1, 8);
      vring.start();
      vring.enable(true);
    }

    int give(String hex) throws IOException {
      byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
      HostMemory.segment(frontEnd.ram().host(command, 64), bytes.length)
          .copyFrom(MemorySegment.ofArray(bytes));
      vring
          .ring()
          .add(List.of(new Segment(command, bytes.length)), List.of(new Segment(answer, 1)));
      vring.flush();
      assertTrue(vring.await((int) PATIENCE.toMillis()), "the command is answered");
      assertTrue(vring.ring().collect());
      assertEquals(1, vring.ring().length());
      return HostMemory.getByte(frontEnd.ram().host(answer, 1));
    }
  }

  private static byte[] frame(int to, int length) {
    byte[] frame = new byte[length];
    System.arraycopy(new byte[] {2, 0, 0, 0, 0, (byte) to, 2, 0, 0, 0, 0, 1}, 0, frame, 0, 12);
    return frame;
  }

  private static void assertGets(NetPort port, byte[] frame) throws IOException {
    byte[] got = port.receive(PATIENCE).orElseThrow().frame().array();
    assertArrayEquals(frame, got);
  }

  /** The beginning of a TCP packet over IPv4, or of nothing that is known. */
  private static byte[] frame(boolean tcp, int flow) {
    byte[] frame = frame(2, 80);
    if (tcp) {
      ByteBuffer.wrap(frame, 12, 11).putInt(0x08004500).putInt(66 << 16).putShort((short) 0);
      frame[23] = 6;
      frame[35] = (byte) flow;
      frame[46] = 0x50;
    }
    return frame;
  }

  /** As no front-end that is tested with does: QEMU does not let its guests steer here. */
  @Test
  void flowsComeToTheQueueThatTheirHashSays() throws IOException {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring =
            MooringProcess.start(
                scratch,
                "--port",
                "a=" + scratch.file("a"),
                "--port",
                "b=%s,queues=2".formatted(scratch.file("b")))) {
      NetOptions steering =
          NetOptions.modern()
              .features(FEATURES | NetFeature.MQ.mask() | NetFeature.RSS.mask())
              .memory(2, 4 << 20);
      try (NetPort sender = Lab.connect(scratch.file("a"));
          NetPort first = Lab.connect(scratch.file("b"), steering);
          NetPort second = NetPort.open(first.frontEnd(), 1, steering)) {
        assertTrue(NetFeature.RSS.in(first.frontEnd().features()));
        Control control = new Control(first, 2);
        String key = "28" + "6d5a".repeat(20);
        for (boolean swapped : List.of(false, true)) {
          NetPort hashed = swapped ? second : first;
          NetPort others = swapped ? first : second;
          // TCPv4; a table of two entries, what is not hashed, the table, two pairs.
          String table = swapped ? "0000 0100 0100" : "0100 0000 0000";
          assertEquals(0, control.give("04 01 02000000 0100" + table + "0200" + key));
          for (int flow = 0; flow < 10; flow++) {
            sender.send(VnetHeader.PLAIN, frame(true, flow));
            sender.send(VnetHeader.PLAIN, frame(false, flow));
            assertGets(hashed, frame(true, flow));
            assertGets(others, frame(false, flow));
          }
        }
      }
      assertEquals(List.of(), mooring.complaints(0));
      mooring.stop();
    }
  }

  @Test
  void aDriverIsAnsweredAndGetsWhatItAskedFor() throws IOException {
    try (Scratch scratch = Scratch.make();
        MooringProcess mooring =
            MooringProcess.start(
                scratch, "--port", "a=" + scratch.file("a"), "--port", "b=" + scratch.file("b"))) {
      try (NetPort sender = Lab.connect(scratch.file("a"));
          NetPort driver = Lab.connect(scratch.file("b"), NetOptions.modern().features(FEATURES))) {
        Control control = new Control(driver, 1);
        sender.send(VnetHeader.PLAIN, frame(9, 60));
        assertGets(driver, frame(9, 60));
        assertEquals(0, control.give("00 00 00"), "no promiscuity");
        assertEquals(0, control.give("01 01 020000000002"), "its own address");
        assertEquals(1, control.give("00 02 01"), "CTRL_RX_EXTRA was not negotiated");
        assertEquals(1, control.give("77 77"));
        sender.send(VnetHeader.PLAIN, frame(9, 70));
        sender.send(VnetHeader.PLAIN, frame(2, 80));
        assertGets(driver, frame(2, 80));
        assertEquals(0, control.give("00 00 01"));
        sender.send(VnetHeader.PLAIN, frame(9, 90));
        assertGets(driver, frame(9, 90));
      }
      assertEquals(List.of(), mooring.complaints(0));
      mooring.stop();
    }
  }

  /**
   * As no front-end that is tested with does yet: QEMU asks for it in the case of other devices.
   */
  @Test
  void whatADriverAskedForGoesToAnotherHostWithTheDevicesState() throws IOException {
    NetOptions options =
        NetOptions.modern()
            .features(FEATURES)
            .protocolFeatures(NetOptions.PROTOCOL | ProtocolFeature.DEVICE_STATE.mask());
    try (Scratch scratch = Scratch.make();
        MooringProcess here = MooringProcess.start(scratch, "--port", "a=" + scratch.file("a"));
        Scratch otherScratch = Scratch.make();
        MooringProcess there =
            MooringProcess.start(
                otherScratch,
                "--port",
                "b=" + scratch.file("b"),
                "--port",
                "c=" + scratch.file("c"))) {
      Path state = scratch.file("state");
      try (NetPort driver = Lab.connect(scratch.file("a"), options);
          FileOutputStream saved = new FileOutputStream(state.toFile())) {
        Control control = new Control(driver, 1);
        assertEquals(0, control.give("00 00 00"), "no promiscuity");
        assertEquals(0, control.give("01 01 020000000002"), "its own address");
        control.vring.stop();
        stop(driver);
        transfer(driver.frontEnd().client(), SAVE, saved.getFD());
      }
      try (NetPort sender = Lab.connect(scratch.file("c"));
          NetPort driver = Lab.connect(scratch.file("b"), options);
          FileInputStream saved = new FileInputStream(state.toFile())) {
        sender.send(VnetHeader.PLAIN, frame(9, 60));
        assertGets(driver, frame(9, 60));
        stop(driver);
        transfer(driver.frontEnd().client(), LOAD, saved.getFD());
        driver.restart();
        assertEquals(1, new Control(driver, 1).give("77 77"), "the queue is served there, too");
        sender.send(VnetHeader.PLAIN, frame(9, 70));
        sender.send(VnetHeader.PLAIN, frame(2, 80));
        assertGets(driver, frame(2, 80));
      }
      assertEquals(List.of(), here.complaints(0));
      assertEquals(List.of(), there.complaints(0));
      here.stop();
      there.stop();
    }
  }

  private static void stop(NetPort driver) throws IOException {
    driver.receiveQueue().stop();
    driver.transmitQueue().stop();
  }

  private static void transfer(Client client, int direction, FileDescriptor file)
      throws IOException {
    ByteBuffer wanted = Client.payload(8).putInt(direction).putInt(STOPPED).flip();
    int descriptor = FileDescriptorCast.using(file).as(Integer.class);
    Message answer = client.ask(Request.SET_DEVICE_STATE_FD, wanted, descriptor);
    assertEquals(NO_OTHER_FILE, answer.payload().getLong());
    assertEquals(0, client.askNumber(Request.CHECK_DEVICE_STATE), "the state went over");
  }
}

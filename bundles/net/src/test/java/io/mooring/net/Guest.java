package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** One guest: its device and the first queue pair. */
final class Guest {

  final NetDevice device;
  final FakeQueue receive;
  final FakeQueue transmit;
  private int headerBytes;

  Guest(String name, Switch fabric) {
    this(name, fabric, new FakeQueue(0, 256), new FakeQueue(1, 256));
  }

  private Guest(String name, Switch fabric, FakeQueue receive, FakeQueue transmit) {
    this.receive = receive;
    this.transmit = transmit;
    device = new NetDevice(name, fabric, NetConfiguration.SPEED_UNKNOWN);
    device.joined();
  }

  /** The same guest behind another back-end; it starts anew. */
  Guest at(String name, Switch fabric) {
    return new Guest(name, fabric, receive, transmit);
  }

  Guest starts(long features) {
    headerBytes = features == 0 ? NetHeader.LEGACY_BYTES : NetHeader.BYTES;
    device.negotiated(features);
    device.attach(receive);
    device.attach(transmit);
    return this;
  }

  Guest offersBuffers(int count, int bytes) {
    for (int i = 0; i < count; i++) {
      receive.offerRoom(bytes);
    }
    return this;
  }

  void sends(VnetHeader header, byte[] frame) {
    transmit.offer(header.bytes(headerBytes), frame);
  }

  void sends(byte[] frame) {
    sends(VnetHeader.PLAIN, frame);
  }

  List<byte[]> got() {
    List<byte[]> frames = new ArrayList<>();
    for (byte[] each : receive.used) {
      frames.add(Arrays.copyOfRange(each, headerBytes, each.length));
    }
    return frames;
  }

  long counter(String name) {
    return device.counters().get(name);
  }

  /** A frame from one guest's address to another's. */
  static byte[] frame(int to, int from, int length) {
    byte[] frame = new byte[length];
    new Random(length).nextBytes(frame);
    System.arraycopy(new byte[] {2, 0, 0, 0, 0, (byte) to}, 0, frame, 0, 6);
    System.arraycopy(new byte[] {2, 0, 0, 0, 0, (byte) from}, 0, frame, 6, 6);
    return frame;
  }

  static void assertFrames(List<byte[]> expected, List<byte[]> actual) {
    assertEquals(expected.size(), actual.size(), "frames");
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i));
    }
  }
}

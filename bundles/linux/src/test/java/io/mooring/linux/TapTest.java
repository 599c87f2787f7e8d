package io.mooring.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.os.Os;
import io.mooring.api.os.Poller;
import io.mooring.api.os.Tap;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** With the right to make a TAP its frames are exchanged; without it, the refusal is checked. */
class TapTest {

  private static final String NAME = "mooring-t0";
  private static final int HEADER = 12;

  private final Os os = new LinuxOs();

  @Test
  void framesGoBothWays() throws IOException {
    Tap opened;
    try {
      opened = os.tap(NAME);
    } catch (IOException e) {
      assertTrue(
          e.getMessage().matches("open (/dev/net/tun|TAP " + NAME + "): .*"), e.getMessage());
      return;
    }
    try (Tap tap = opened;
        Arena arena = Arena.ofConfined()) {
      assertEquals(NAME, tap.name());
      assertTrue(NetworkInterface.getByName(NAME).isUp());
      sendsToTheHost(tap, arena);
      receivesFromTheHost(tap, arena);
      assertEquals(
          "open TAP %s: Device or resource busy (another process has it open)".formatted(NAME),
          assertThrows(IOException.class, () -> os.tap(NAME)).getMessage());
    }
    assertFalse(Files.exists(Path.of("/sys/class/net", NAME)));
  }

  private static void sendsToTheHost(Tap tap, Arena arena) throws IOException {
    long before = received();
    MemorySegment frame = arena.allocate(HEADER + 60);
    frame.asSlice(HEADER, 6).fill((byte) 0xff);
    frame.set(ValueLayout.JAVA_BYTE, HEADER + 6, (byte) 2);
    frame.set(ValueLayout.JAVA_BYTE, HEADER + 12, (byte) 0x88);
    frame.set(ValueLayout.JAVA_BYTE, HEADER + 13, (byte) 0xb5);
    assertTrue(tap.write(frame));
    assertEquals(before + 1, received());
    assertFalse(tap.write(frame.asSlice(0, HEADER)), "a header without a frame");
  }

  private void receivesFromTheHost(Tap tap, Arena arena) throws IOException {
    byte[] sent = new byte[60];
    sent[12] = (byte) 0x88;
    sent[13] = (byte) 0xb5;
    sent[59] = 42;
    try (Poller poller = os.poller()) {
      poller.add(tap.descriptor());
      PacketSocket.send(NetworkInterface.getByName(NAME).getIndex(), sent);
      MemorySegment into = arena.allocate(65536 + HEADER);
      boolean found = false;
      // The host may send frames of its own before ours.
      while (!found && poller.await(new int[1], 5000) == 1) {
        int length = tap.read(into);
        assertTrue(length >= HEADER + 14);
        byte[] frame = into.asSlice(HEADER, length - HEADER).toArray(ValueLayout.JAVA_BYTE);
        found = Arrays.equals(sent, frame);
      }
      assertTrue(found);
    }
  }

  @Test
  void namesThatNoInterfaceCanHaveAreRefused() throws IOException {
    int before = Descriptor.countOpen();
    for (String bad : List.of("", "sixteen-bytes-xx", "a/b", "a b", "tap%d", "..", "a:b")) {
      assertEquals(
          "TAP name '%s' is not allowed: 1 to 15 bytes, no blank, '/', ':' or '%%'".formatted(bad),
          assertThrows(IOException.class, () -> os.tap(bad)).getMessage());
    }
    assertThrows(IOException.class, () -> os.tap("lo"));
    assertEquals(before, Descriptor.countOpen());
  }

  private static long received() throws IOException {
    return Long.parseLong(
        Files.readString(Path.of("/sys/class/net", NAME, "statistics/rx_packets")).trim());
  }
}

package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Frames find their receivers. A frame is known by its length. */
class SwitchTest {

  private static final long BROADCAST = 0xffff_ffff_ffffL;

  /** 33:33:00:00:00:01, all nodes of IPv6; the first byte is lowest. */
  private static final long MULTICAST = 0x0100_0000_3333L;

  private static final long STRANGER = mac(99);

  private long nanos = TimeUnit.DAYS.toNanos(3);
  private final Switch fabric = new Switch("test", () -> nanos);
  private final Counters counters = new Counters();
  private final FakePort[] port = new FakePort[4];
  private final int[] number = new int[4];

  @BeforeEach
  void fourPorts() {
    for (int i = 0; i < port.length; i++) {
      port[i] = new FakePort();
      number[i] = fabric.join(port[i]);
    }
  }

  /** The locally administered address of a guest. */
  private static long mac(int guest) {
    return 0x02 | ((long) guest << 40);
  }

  /** A burst: each frame as source, destination, length. */
  private static Frames burst(long... frames) {
    var burst = new Frames(frames.length / 3);
    burst.count = frames.length / 3;
    for (int i = 0; i < burst.count; i++) {
      burst.source[i] = frames[3 * i];
      burst.destination[i] = frames[3 * i + 1];
      burst.length[i] = (int) frames[3 * i + 2];
    }
    return burst;
  }

  private int send(int from, long... frames) {
    return fabric.forward(burst(frames), 0, number[from], 0, counters);
  }

  private void learn(int guest) {
    send(guest, mac(guest), BROADCAST, 60);
    for (FakePort each : port) {
      each.got.clear();
    }
  }

  private List<List<Integer>> got() {
    List<List<Integer>> all = new ArrayList<>();
    for (FakePort each : port) {
      all.add(each.got);
    }
    return all;
  }

  @Test
  void aFrameForAStrangerGoesToAllButItsSender() {
    assertEquals(1, send(0, mac(0), STRANGER, 60));
    assertEquals(List.of(List.of(), List.of(60), List.of(60), List.of(60)), got());
  }

  @Test
  void aFrameForAGuestThatWasHeardGoesThereOnly() {
    learn(2);
    assertEquals(1, send(0, mac(0), mac(2), 60));
    assertEquals(List.of(List.of(), List.of(), List.of(60), List.of()), got());
  }

  @Test
  void broadcastAndMulticastGoToAllButTheirSender() {
    learn(1);
    assertEquals(2, send(1, mac(1), BROADCAST, 60, mac(1), MULTICAST, 70));
    List<Integer> both = List.of(60, 70);
    assertEquals(List.of(both, List.of(), both, both), got());
  }

  @Test
  void aFrameForItsOwnSenderGoesNowhere() {
    learn(1);
    assertEquals(1, send(1, mac(0), mac(1), 60));
    assertEquals(List.of(List.of(), List.of(), List.of(), List.of()), got());
    assertEquals(1, counters.noReceiver);
  }

  @Test
  void aGroupAddressIsNotLearned() {
    send(1, MULTICAST, BROADCAST, 60);
    port[0].got.clear();
    assertEquals(1, send(2, mac(2), MULTICAST, 70));
    assertEquals(List.of(70), port[0].got);
  }

  @Test
  void aGuestThatMovedIsFoundAtItsNewPort() {
    learn(1);
    send(3, mac(1), BROADCAST, 60);
    port[1].got.clear();
    send(0, mac(0), mac(1), 70);
    assertEquals(List.of(List.of(60), List.of(), List.of(60), List.of(70)), got());
  }

  @Test
  void aGuestThatWasSilentForFiveMinutesIsForgotten() {
    learn(1);
    nanos += TimeUnit.SECONDS.toNanos(MacTable.AGEING_SECONDS);
    send(0, mac(0), mac(1), 60);
    assertEquals(List.of(), port[2].got);
    nanos += TimeUnit.SECONDS.toNanos(1);
    send(0, mac(0), mac(1), 70);
    assertEquals(List.of(70), port[2].got);
  }

  @Test
  void aGuestThatSpeaksIsNotForgotten() {
    learn(1);
    for (int minute = 0; minute < 20; minute++) {
      nanos += TimeUnit.MINUTES.toNanos(1);
      learn(1);
      send(0, mac(0), mac(1), 60);
    }
    assertEquals(List.of(), port[2].got);
  }

  @Test
  void aPortThatLeftIsForgottenAndTakesNoPart() {
    learn(1);
    fabric.leave(number[1]);
    send(0, mac(0), mac(1), 60);
    assertEquals(List.of(List.of(), List.of(), List.of(60), List.of(60)), got());
  }

  @Test
  void aPortWhoseGuestHasGoneIsForgotten() {
    learn(1);
    fabric.forget(number[1]);
    send(0, mac(0), mac(1), 60);
    assertEquals(List.of(60), port[2].got);
  }

  @Test
  void aPortThatIsDownTakesNoPart() {
    learn(1);
    port[1].up = false;
    fabric.changed();
    send(0, mac(0), mac(1), 60, mac(0), BROADCAST, 70);
    assertEquals(List.of(List.of(), List.of(), List.of(70), List.of(70)), got());
    assertEquals(1, port[1].dropped);
  }

  @Test
  void withoutAnotherPortThatIsUpAFrameIsCountedAsUndeliverable() {
    for (int i = 1; i < port.length; i++) {
      port[i].up = false;
    }
    fabric.changed();
    assertEquals(2, send(0, mac(0), STRANGER, 60, mac(0), BROADCAST, 70));
    assertEquals(2, counters.noReceiver);
  }

  @Test
  void ofTwoPortsTheOtherIsTheReceiver() {
    fabric.leave(number[2]);
    fabric.leave(number[3]);
    send(0, mac(0), STRANGER, 60, mac(0), BROADCAST, 70);
    send(1, mac(1), STRANGER, 80);
    assertEquals(List.of(60, 70), port[1].got);
    assertEquals(1, port[1].runs, "frames with one receiver are delivered together");
    assertEquals(List.of(80), port[0].got);
  }

  @Test
  void aMalformedFrameIsCountedAndNotLearned() {
    assertEquals(2, send(1, mac(1), BROADCAST, 0, mac(9), BROADCAST, 60));
    assertEquals(1, counters.malformed);
    port[2].got.clear();
    send(0, mac(0), mac(1), 70);
    assertEquals(List.of(70), port[2].got);
  }

  @Test
  void aFrameBehindAMalformedOneIsLookedUpItself() {
    learn(1);
    send(0, mac(0), mac(1), 60, mac(0), mac(2), 0, mac(0), mac(1), 70, mac(0), mac(1), 80);
    assertEquals(List.of(60, 70, 80), port[1].got);
    assertEquals(1, counters.malformed);
  }

  @Test
  void aReceiverWithoutBuffersMakesItsSenderWait() {
    learn(1);
    learn(2);
    port[1].buffers = 1;
    int done =
        send(0, mac(0), mac(2), 60, mac(0), mac(1), 70, mac(0), mac(1), 80, mac(0), mac(2), 90);
    assertEquals(2, done);
    assertEquals(List.of(60), port[2].got);
    assertEquals(List.of(70), port[1].got);
    assertEquals(0, port[1].dropped);
  }

  @Test
  void aReceiverThatStaysWithoutBuffersLosesItsOwnFramesOnly() {
    learn(1);
    learn(2);
    port[1].buffers = 0;
    assertEquals(0, send(0, mac(0), mac(1), 60, mac(0), mac(2), 70));
    nanos += TimeUnit.MILLISECONDS.toNanos(11);
    assertEquals(2, send(0, mac(0), mac(1), 60, mac(0), mac(2), 70));
    assertEquals(1, port[1].dropped);
    assertEquals(List.of(70), port[2].got);
  }

  /** Its VM moves away while frames are held, and back. */
  @Test
  void aReceiverThatGoesIsWaitedForWhenItComesBack() {
    learn(1);
    port[1].buffers = 0;
    assertEquals(0, send(0, mac(0), mac(1), 60));
    fabric.forget(1);
    nanos += TimeUnit.SECONDS.toNanos(60);
    learn(1);
    port[1].buffers = 0;
    assertEquals(0, send(0, mac(0), mac(1), 60));
    assertEquals(0, port[1].dropped);
  }

  /**
   * One buffer a round satisfies the receiver again and again, and frames for others wait behind.
   */
  @Test
  void aReceiverThatDripsBuffersHoldsItsSenderForATenthOfTheTime() {
    learn(1);
    learn(2);
    int rounds = 10_000;
    int held = 0;
    for (int round = 0; round < rounds; round++) {
      nanos += TimeUnit.MICROSECONDS.toNanos(100);
      port[1].buffers = 1;
      int done =
          send(0, mac(0), mac(1), 60, mac(0), mac(2), 70, mac(0), mac(1), 80, mac(0), mac(2), 90);
      held += done < 4 ? 1 : 0;
    }
    assertTrue(held < rounds / 8, "held in %d rounds of %d".formatted(held, rounds));
    assertTrue(port[2].got.size() > rounds * 3 / 2, "frames for another: " + port[2].got.size());
  }

  @Test
  void floodingWaitsForNobody() {
    port[1].buffers = 1;
    assertEquals(3, send(0, mac(0), BROADCAST, 60, mac(0), BROADCAST, 70, mac(0), STRANGER, 80));
    assertEquals(List.of(60), port[1].got);
    assertEquals(2, port[1].dropped);
    assertEquals(List.of(60, 70, 80), port[3].got);
  }

  @Test
  void aSwitchHasSoManyPortsAndSaysSo() {
    for (int i = port.length; i < Switch.MAX_PORTS; i++) {
      fabric.join(new FakePort());
    }
    String line =
        assertThrows(IllegalArgumentException.class, () -> fabric.join(new FakePort()))
            .getMessage();
    assertEquals("switch test has 1024 ports already", line);
    fabric.leave(number[2]);
    assertEquals(number[2], fabric.join(new FakePort()));
  }
}

package io.mooring.net;

import static io.mooring.net.Guest.assertFrames;
import static io.mooring.net.Guest.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.api.virtio.RingFeature;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Another instance of the switch takes over from this one. */
class HandOverTest {

  private static final long MODERN = RingFeature.VERSION_1.mask();

  private long nanos = 1_000_000_000_000L;
  private final Switch before = new Switch("test", () -> nanos);
  private final Switch after = new Switch("test", () -> nanos);

  private Guest guest(String name, Switch fabric) {
    return new Guest(name, fabric).starts(MODERN);
  }

  @Test
  void whatWasLearnedAndCountedGoesOn() {
    Guest ann = guest("a", before);
    Guest bob = guest("b", before).offersBuffers(10, 2048);
    Guest cat = guest("c", before).offersBuffers(10, 2048);
    bob.sends(frame(1, 2, 60));
    bob.device.poll();
    assertEquals(1, bob.counter("from_guest_frames"));

    // The other one gives the ports other numbers.
    Guest newCat = guest("c", after).offersBuffers(10, 2048);
    Guest newAnn = guest("a", after);
    Guest newBob = guest("b", after).offersBuffers(10, 2048);
    newAnn.device.takeOver(ann.device.handOver());
    newBob.device.takeOver(bob.device.handOver());
    newCat.device.takeOver(cat.device.handOver());

    byte[] frame = frame(2, 1, 100);
    newAnn.sends(frame);
    newAnn.device.poll();
    assertFrames(List.of(frame), newBob.got());
    assertFrames(List.of(), newCat.got());
    assertEquals(1, newBob.counter("from_guest_frames"));
    assertEquals(1, newBob.counter("to_guest_frames"));
  }

  @Test
  void anAddressStaysAsOldAsItIs() {
    Guest bob = guest("b", before);
    bob.sends(frame(1, 2, 60));
    bob.device.poll();
    nanos += 200_000_000_000L;
    HandOver handed = HandOver.of(bob.device.handOver());
    assertEquals(List.of(200), List.copyOf(handed.addresses().values()));
    nanos += 200_000_000_000L;
    assertEquals(Map.of(), HandOver.of(bob.device.handOver()).addresses());
  }

  @Test
  void whatIsCutShortOrOfAnotherFormIsTakenAsFarAsItIsKnown() {
    byte[] whole = new HandOver(Map.of("from_guest_frames", 7L), Map.of(2L, 3)).bytes();
    assertEquals(Map.of(2L, 3), HandOver.of(whole).addresses());
    for (int length = 0; length < whole.length; length++) {
      HandOver cut = HandOver.of(Arrays.copyOf(whole, length));
      assertEquals(Map.of(), cut.addresses());
    }
    whole[0] = 9;
    assertEquals(Map.of(), HandOver.of(whole).counters());
    guest("a", after).device.takeOver(whole);
  }
}

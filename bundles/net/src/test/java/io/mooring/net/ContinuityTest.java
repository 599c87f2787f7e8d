package io.mooring.net;

import static io.mooring.net.Guest.assertFrames;
import static io.mooring.net.Guest.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A process is killed while its switch delivers, and another one goes on with the same rings. */
class ContinuityTest {

  private static final long MODERN = RingFeature.VERSION_1.mask();
  private static final int WRITER_AT = 8;

  /** Where a process is killed: around the one or the other queue's used index. */
  enum Moment {
    BEFORE_IT_ARRIVES,
    WHEN_IT_HAS_ARRIVED,
    BEFORE_IT_IS_GIVEN_BACK,
    WHEN_IT_WAS_GIVEN_BACK
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @TempDir private Path directory;
  private long nanos = 1_000_000_000_000L;
  private Switch fabric;
  private Guest ann;
  private Guest bob;
  private Guest cat;
  private byte[] left = {};

  /** This process's file. */
  private Path file() {
    return new NoteFile(directory, "test").own();
  }

  private void boot() {
    fabric = new Switch("test", () -> nanos, Optional.of(directory));
    ann = new Guest("a", fabric).starts(MODERN);
    bob = new Guest("b", fabric).starts(MODERN).offersBuffers(100, 2048);
  }

  private void killWhenPublishing(Guest receiver, Moment moment) {
    switch (moment) {
      case BEFORE_IT_ARRIVES -> receiver.receive.onPublish(this::kill, () -> {});
      case WHEN_IT_HAS_ARRIVED -> receiver.receive.onPublish(() -> {}, this::kill);
      case BEFORE_IT_IS_GIVEN_BACK -> ann.transmit.onPublish(this::kill, () -> {});
      case WHEN_IT_WAS_GIVEN_BACK -> ann.transmit.onPublish(() -> {}, this::kill);
    }
  }

  /** What the file has now is what the next process finds. */
  private void kill() {
    try {
      left = Files.readAllBytes(file());
      throw new Killed();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Another process has the file that was left, by a process that is no more. */
  private void startAgain() throws IOException {
    ByteBuffer.wrap(left).order(ByteOrder.LITTLE_ENDIAN).putLong(WRITER_AT, 0);
    Files.write(directory.resolve("switch~test~0"), left);
    for (Guest each : new Guest[] {ann, bob, cat}) {
      if (each != null) {
        each.receive.onPublish(() -> {}, () -> {});
        each.transmit.onPublish(() -> {}, () -> {});
      }
    }
    fabric = new Switch("test", () -> nanos, Optional.of(directory));
    new Guest("who takes a number", fabric);
    ann = ann.at("a", fabric);
    bob = bob.at("b", fabric);
    if (cat != null) {
      cat = cat.at("c", fabric);
    }
  }

  private static List<byte[]> frames(int to, int count) {
    return IntStream.range(0, count).mapToObj(i -> frame(to, 1, 60 + i)).toList();
  }

  @ParameterizedTest
  @EnumSource(Moment.class)
  void aBurstArrivesOnceWhereverTheProcessIsKilled(Moment moment) throws IOException {
    boot();
    List<byte[]> sent = frames(2, 20);
    sent.subList(0, 5).forEach(ann::sends);
    ann.device.poll();
    sent.subList(5, 20).forEach(ann::sends);
    killWhenPublishing(bob, moment);
    assertThrows(Killed.class, ann.device::poll);
    startAgain();
    bob.starts(MODERN);
    ann.starts(MODERN);
    ann.device.poll();
    assertFrames(sent, bob.got());
    assertEquals(20, ann.transmit.used.size(), "chains given back to the sender");
  }

  @ParameterizedTest
  @EnumSource(Moment.class)
  void aSenderThatIsBackFirstWaitsForItsReceiver(Moment moment) throws IOException {
    boot();
    List<byte[]> sent = frames(2, 20);
    sent.forEach(ann::sends);
    killWhenPublishing(bob, moment);
    assertThrows(Killed.class, ann.device::poll);
    startAgain();
    ann.starts(MODERN);
    assertEquals(0, ann.device.poll(), "nobody is there yet");
    bob.starts(MODERN);
    ann.device.poll();
    assertFrames(sent, bob.got());
    assertEquals(20, ann.transmit.used.size());
  }

  @ParameterizedTest
  @CsvSource({"false,0", "false,1", "false,2", "true,0", "true,1", "true,2"})
  void aBurstToManyArrivesOnceAtEach(boolean arrived, int run) throws IOException {
    boot();
    cat = new Guest("c", fabric).starts(MODERN).offersBuffers(100, 2048);
    bob.sends(frame(9, 2, 60));
    bob.device.poll();
    cat.sends(frame(9, 3, 60));
    cat.device.poll();
    int[] before = {bob.got().size(), cat.got().size()};
    List<byte[]> bobs = frames(2, 6);
    List<byte[]> cats = frames(3, 3);
    bobs.subList(0, 3).forEach(ann::sends);
    cats.forEach(ann::sends);
    bobs.subList(3, 6).forEach(ann::sends);
    int[] runs = {0};
    Runnable count =
        () -> {
          if (runs[0]++ == run) {
            kill();
          }
        };
    for (Guest each : List.of(bob, cat)) {
      each.receive.onPublish(arrived ? () -> {} : count, arrived ? count : () -> {});
    }
    assertThrows(Killed.class, ann.device::poll);
    startAgain();
    ann.starts(MODERN);
    cat.starts(MODERN);
    bob.starts(MODERN);
    // Who is where is learned again.
    bob.sends(frame(3, 2, 70));
    bob.device.poll();
    cat.sends(frame(2, 3, 70));
    cat.device.poll();
    ann.device.poll();
    assertFrames(bobs, own(bob, before[0], 2));
    assertFrames(cats, own(cat, before[1], 3));
  }

  /** Ann's frames among those that a guest got. */
  private static List<byte[]> own(Guest guest, int from, int number) {
    return guest.got().stream().skip(from).filter(f -> f[5] == number && f[11] == 1).toList();
  }

  /** Only of the last receiver it is known whether it got the frames. */
  @ParameterizedTest
  @CsvSource({"first,false,3,3", "first,true,6,3", "last,false,6,3", "last,true,3,3"})
  void whatGoesToAllIsNotLost(String which, boolean arrived, int atBob, int atCat)
      throws IOException {
    boot();
    cat = new Guest("c", fabric).starts(MODERN).offersBuffers(100, 2048);
    frames(9, 3).forEach(ann::sends);
    Moment moment = arrived ? Moment.WHEN_IT_HAS_ARRIVED : Moment.BEFORE_IT_ARRIVES;
    killWhenPublishing(which.equals("first") ? bob : cat, moment);
    assertThrows(Killed.class, ann.device::poll);
    startAgain();
    bob.starts(MODERN);
    cat.starts(MODERN);
    ann.starts(MODERN);
    ann.device.poll();
    assertEquals(List.of(atBob, atCat), List.of(bob.got().size(), cat.got().size()));
  }

  @Test
  void aFloodThatMeetsABrokenRingDoesNotMakeWhatFollowsArriveTwice() throws IOException {
    boot();
    cat = new Guest("c", fabric).starts(MODERN);
    bob.sends(frame(9, 2, 60));
    bob.device.poll();
    ann.sends(frame(9, 1, 60));
    bob.receive.onPublish(
        () -> {
          throw new Killed();
        },
        () -> {});
    assertThrows(Killed.class, ann.device::poll);
    cat.sends(frame(2, 3, 60));
    bob.receive.onPublish(() -> {}, this::kill);
    assertThrows(Killed.class, cat.device::poll);
    startAgain();
    ann.starts(MODERN);
    bob.starts(MODERN);
    cat.starts(MODERN);
    cat.device.poll();
    assertEquals(1, bob.got().stream().filter(each -> each[11] == 3).count());
  }

  @Test
  void aFrameThatIsCutArrivesOnce() throws IOException {
    long sends = MODERN | NetFeature.CSUM.mask() | NetFeature.HOST_TSO4.mask();
    fabric = new Switch("test", () -> nanos, Optional.of(directory));
    ann = new Guest("a", fabric).starts(sends);
    bob = new Guest("b", fabric).starts(MODERN).offersBuffers(100, 2048);
    TcpPacket packet =
        new TcpPacket(0, false, 0, 0, 7, 9, TcpPacket.ACK, ByteBuffer.allocate(1900));
    ann.sends(packet.segmented(1000), packet.bytes());
    ann.sends(packet.segmented(1000), packet.bytes());
    killWhenPublishing(bob, Moment.WHEN_IT_HAS_ARRIVED);
    assertThrows(Killed.class, ann.device::poll);
    startAgain();
    bob.starts(MODERN);
    ann.starts(sends);
    ann.device.poll();
    assertEquals(4, bob.got().size());
    assertEquals(2, ann.transmit.used.size());
  }

  @Test
  void nobodyIsWaitedForLong() throws IOException {
    boot();
    frames(2, 3).forEach(ann::sends);
    killWhenPublishing(bob, Moment.BEFORE_IT_ARRIVES);
    assertThrows(Killed.class, ann.device::poll);
    startAgain();
    ann.starts(MODERN);
    assertEquals(0, ann.device.poll());
    nanos += Aftermath.MOST_NANOS + 1;
    assertEquals(3, ann.device.poll());
    assertEquals(3, ann.counter("from_guest_dropped_no_receiver"));
  }

  @Test
  void anUplinkWaitsToo() throws IOException {
    boot();
    frames(2, 3).forEach(ann::sends);
    killWhenPublishing(bob, Moment.BEFORE_IT_ARRIVES);
    assertThrows(Killed.class, ann.device::poll);
    startAgain();
    var tap = new FakeTap();
    var uplink = new Uplink(fabric, tap);
    uplink.joined();
    tap.arrives(VnetHeader.PLAIN, frame(2, 9, 60));
    ann.starts(MODERN);
    assertEquals(0, uplink.poll());
    bob.starts(MODERN);
    assertEquals(1, uplink.poll());
    assertFrames(List.of(frame(2, 9, 60)), bob.got());
  }

  @Test
  void aRingThatWasMadeAnewIsServedFromItsBeginning() throws IOException {
    boot();
    frames(2, 3).forEach(ann::sends);
    ann.device.poll();
    frames(2, 3).forEach(ann::sends);
    killWhenPublishing(bob, Moment.WHEN_IT_HAS_ARRIVED);
    assertThrows(Killed.class, ann.device::poll);
    startAgain();
    bob.starts(MODERN);
    ann.transmit.used.clear();
    ann.starts(MODERN);
    ann.device.poll();
    assertEquals(9, bob.got().size());
  }

  @Test
  void portsThatLeaveInOrderLeaveNothingBehind() {
    boot();
    ann.device.left();
    assertTrue(Files.exists(file()));
    bob.device.left();
    assertEquals(0, directory.toFile().list().length);
  }

  @Test
  void aRoomThatIsReplacedInALivingProcessSettlesNothing() {
    boot();
    Guest before = ann;
    fabric = new Switch("test", () -> nanos, Optional.of(directory));
    ann = before.at("a", fabric).starts(MODERN);
    frames(2, 3).forEach(ann::sends);
    assertEquals(3, ann.device.poll(), "nobody is waited for");
  }

  @Test
  void whatIsNoNoteIsNotHeeded() throws IOException {
    Files.write(directory.resolve("switch~test~x"), frame(1, 2, 999));
    boot();
    frames(2, 3).forEach(ann::sends);
    assertEquals(3, ann.device.poll());
    assertFrames(frames(2, 3), bob.got());
  }
}

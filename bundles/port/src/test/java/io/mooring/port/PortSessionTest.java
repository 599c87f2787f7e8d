package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.device.QueueFault;
import io.mooring.api.memory.GuestMemory;
import io.mooring.api.memory.Region;
import io.mooring.api.profile.Profile;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtqueue.QueueException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a connected front-end said survives rooms that go, and nothing survives the front-end. */
class PortSessionTest {

  private final Harbour harbour;
  private final PortSession session;

  PortSessionTest() throws IOException {
    harbour = new Harbour();
    session = harbour.session;
  }

  @AfterEach
  void close() throws IOException {
    harbour.close();
  }

  private void share(long... guestAddresses) throws IOException, ProtocolException {
    int[] descriptors = new int[guestAddresses.length];
    for (int i = 0; i < descriptors.length; i++) {
      descriptors[i] = harbour.memfd();
    }
    session.memory(
        java.util.Arrays.stream(guestAddresses).mapToObj(Harbour::region).toList(), descriptors);
  }

  private List<Long> shared() {
    return session.mapped().stream().map(each -> each.region().guestAddress()).toList();
  }

  @Test
  void whatIsOfferedIsTheProfilesAndTheSettings() {
    assertEquals(Harbour.FEATURES, session.offeredFeatures());
    assertEquals(3, session.queueNumber());
    assertEquals(6, session.maxQueues());
    assertEquals(1024, session.maxRing());
    assertEquals(4, session.memorySlots());
    assertEquals("a", session.port());
  }

  @Test
  void settingsDoNotRaiseTheProfilesQueues() {
    PortSettings many = PortSettings.of("a", Map.of("socket", "/tmp/a", "queues", "100"));
    PortSettings any = PortSettings.of("a", Map.of("socket", "/tmp/a"));
    for (PortSettings each : List.of(many, any)) {
      var choice = new ProfileChoice(each, Harbour.PROFILE, harbour.portRooms, () -> {});
      var other = new PortSession(each, choice, harbour.portRooms, harbour.lock, Optional::empty);
      assertEquals(4, other.queueNumber());
    }
  }

  @Test
  void anotherTableIsInUseBeforeTheOldOneIsUnmapped() throws Exception {
    session.features(Harbour.FEATURES);
    harbour.start(0, 0);
    share(0x1000);
    harbour.happened();
    share(0x2000, 0x3000);
    assertEquals(
        List.of("mapped 2000", "mapped 3000", "queue 0 has 2 regions", "unmapped 1000"),
        harbour.happened());
  }

  @Test
  void aTableThatCannotBeMappedLeavesTheOldOneAndClosesItsDescriptors() throws Exception {
    share(0x1000);
    harbour.memory.unmappable = 0x3000;
    harbour.happened();
    String line =
        assertThrows(ProtocolException.class, () -> share(0x2000, 0x3000, 0x4000)).getMessage();
    assertTrue(line.startsWith("no room for region guest 0x3000"), line);
    assertEquals(List.of("mapped 2000", "unmapped 2000"), harbour.happened());
    assertEquals(List.of(0x1000L), shared());
  }

  @Test
  void aBugWhileMappingClosesTheDescriptorsToo() {
    harbour.memory.unmappable = 0x3000;
    harbour.memory.bug = new IllegalArgumentException("bug");
    assertThrows(IllegalArgumentException.class, () -> share(0x2000, 0x3000, 0x4000));
    assertEquals(List.of(), shared());
  }

  @Test
  void aBugInAMemoryRoomOnProbationLeadsBackToTheOneBefore() throws Exception {
    Choice<GuestMemory> choice = harbour.portRooms.memory();
    Provider<GuestMemory> before = choice.get().orElseThrow();
    var newcomer = new FakeMemory(new ArrayList<>());
    newcomer.unmappable = 0x3000;
    newcomer.bug = new IllegalStateException("bug");
    harbour.rooms.bindMemory(newcomer, FakeContext.from(7));
    choice.take(harbour.rooms.memories().from(7).orElseThrow());
    var why = new AtomicReference<String>();
    harbour.portRooms.probation(
        choice.get().orElseThrow(),
        failure -> {
          choice.take(before);
          why.set(failure);
        });
    share(0x2000, 0x3000, 0x4000);
    assertEquals(List.of(0x2000L, 0x3000L, 0x4000L), shared());
    assertTrue(
        why.get().endsWith("the memory room throws java.lang.IllegalStateException: bug"),
        why::get);
  }

  @Test
  void withoutTheMemoryRoomNothingIsMapped() {
    harbour.rooms.unbindMemory(harbour.memory);
    String line = assertThrows(ProtocolException.class, () -> share(0x2000)).getMessage();
    assertEquals("the memory bundle is not there: no region can be mapped", line);
    harbour.rooms.bindMemory(harbour.memory, Map.of());
  }

  @Test
  void regionsAreAddedAndRemovedOneByOne() throws Exception {
    session.features(Harbour.FEATURES);
    harbour.start(0, 0);
    session.addRegion(Harbour.region(0x1000), harbour.memfd());
    session.addRegion(Harbour.region(0x2000), harbour.memfd());
    harbour.happened();
    session.removeRegion(Harbour.region(0x1000));
    assertEquals(List.of("queue 0 has 1 regions", "unmapped 1000"), harbour.happened());
    assertEquals(List.of(0x2000L), shared());
  }

  @Test
  void aRegionIsRemovedByItsAddressesAndSize() throws Exception {
    session.addRegion(Harbour.region(0x1000), harbour.memfd());
    Region same = Harbour.region(0x1000);
    for (Region other :
        List.of(
            new Region(0x1001, same.size(), same.userAddress(), 0),
            new Region(0x1000, 0x999, same.userAddress(), 0),
            new Region(0x1000, same.size(), 5, 0))) {
      String line =
          assertThrows(ProtocolException.class, () -> session.removeRegion(other)).getMessage();
      assertEquals(other + " is not there, it cannot be removed", line);
    }
    session.removeRegion(new Region(0x1000, same.size(), same.userAddress(), 77));
    assertEquals(List.of(), shared());
  }

  @Test
  void regionsMayBeAddedAndRemovedOnceForEveryQueuePair() throws Exception {
    share(0x1000, 0x2000);
    harbour.happened();
    session.addRegion(Harbour.region(0x1000), harbour.memfd());
    assertEquals(List.of(), harbour.happened(), "nothing is mapped twice");
    session.removeRegion(Harbour.region(0x1000));
    session.removeRegion(Harbour.region(0x1000));
    assertEquals(List.of(0x2000L), shared());
  }

  @Test
  void aRegionThatOverlapsOrIsOneTooManyIsRefusedAndItsDescriptorClosed() throws Exception {
    share(0x1000, 0x2000, 0x3000, 0x4000);
    assertTrue(
        assertThrows(
                ProtocolException.class,
                () -> session.addRegion(Harbour.region(0x4fff), harbour.memfd()))
            .getMessage()
            .contains("overlaps region guest 0x4000"));
    assertTrue(
        assertThrows(
                ProtocolException.class,
                () -> session.addRegion(Harbour.region(0x5000), harbour.memfd()))
            .getMessage()
            .endsWith("is one too many, there are 4 slots"));
    assertEquals(4, shared().size());
  }

  @Test
  void aRingThatIsNotInTheNewTableStopsItsQueueBeforeTheMemoryGoes() throws Exception {
    session.features(Harbour.FEATURES);
    harbour.start(0, 0);
    share(0x1000);
    harbour.engine.refusal = "queue 0: used ring at 0x7d0 is not in one memory region";
    harbour.happened();
    String line =
        assertThrows(ProtocolException.class, () -> session.removeRegion(Harbour.region(0x1000)))
            .getMessage();
    assertEquals(harbour.engine.refusal, line);
    assertEquals(List.of("detached 0", "unmapped 1000"), harbour.happened());
  }

  @Test
  void queuesGoOnWithAnotherEngineWhereTheyWere() throws Exception {
    session.features(Harbour.FEATURES);
    harbour.start(0, 100);
    harbour.start(1, 200);
    harbour.engine.progress = 11;
    session.suspend();
    assertTrue(harbour.device.attached.isEmpty());
    harbour.without(harbour.engine);
    session.resume();
    assertTrue(harbour.device.attached.isEmpty(), "queues run without an engine");
    var fresh = new FakeEngine("fresh", harbour.log);
    harbour.with(fresh);
    harbour.happened();
    session.resume();
    List<String> order = harbour.happened();
    assertTrue(order.contains("fresh opens 0 at 111"), order::toString);
    assertTrue(order.contains("fresh opens 1 at 211"), order::toString);
    assertEquals(Harbour.FEATURES, fresh.lastSetup.features());
  }

  @Test
  void whatTheFrontEndSaysWhileTheEngineIsAwayCountsWhenItIsBack() throws Exception {
    session.features(Harbour.FEATURES);
    harbour.without(harbour.engine);
    harbour.start(0, 5);
    assertTrue(harbour.device.attached.isEmpty());
    harbour.with(harbour.engine);
    session.resume();
    assertTrue(harbour.device.attached.contains(0));
  }

  @Test
  void theDeviceIsToldTheFeatures() throws Exception {
    session.features(Harbour.FEATURES);
    assertTrue(harbour.happened().contains("negotiated %x".formatted(Harbour.FEATURES)));
  }

  @Test
  void aControlQueueIsOneQueueMore() {
    PortSettings settings = PortSettings.of("a", Map.of("socket", "/tmp/a", "queues", "3"));
    long features = Harbour.PROFILE.features() | NetFeature.CTRL_VQ.mask();
    var profile = new Profile("test.v2", "net", features, 1024, 4, 9000);
    var choice = new ProfileChoice(settings, profile, harbour.portRooms, () -> {});
    assertEquals(
        7,
        new PortSession(settings, choice, harbour.portRooms, harbour.lock, Optional::empty)
            .maxQueues());
  }

  @Test
  void aDeviceThatIsResetForgetsWhatItsDriverAskedFor() throws Exception {
    session.protocolFeatures(ProtocolFeature.STATUS.mask());
    session.features(Harbour.FEATURES);
    harbour.happened();
    session.reset();
    assertEquals(List.of("reset, 3 pairs"), harbour.happened());
    session.features(Harbour.FEATURES);
    assertFalse(harbour.happened().contains("reset, 3 pairs"), "it was told already");
  }

  /** Features are also acknowledged while queues run, to begin or end logging. */
  @Test
  void aFrontEndThatCannotResetBeginsAnewWithItsFeatures() throws Exception {
    session.features(Harbour.FEATURES);
    assertEquals("reset, 3 pairs", harbour.happened().getFirst());
    harbour.start(0, 0);
    harbour.happened();
    session.features(Harbour.FEATURES);
    assertFalse(harbour.happened().contains("reset, 3 pairs"), "a queue runs");
  }

  @Test
  void anMtuAboveThePortsIsRefused() throws Exception {
    session.mtu(1500);
    String line = assertThrows(ProtocolException.class, () -> session.mtu(1501)).getMessage();
    assertEquals("MTU 1501 is above 1500, which profile test.v1 and the port allow", line);
  }

  @Test
  void theDeviceIsToldThePortsMtuAndASmallerOneOfTheFrontEnd() throws Exception {
    session.begin();
    assertEquals("1500 fixed", harbour.device.mtu);
    session.mtu(1400);
    assertEquals("1400 fixed", harbour.device.mtu);
    session.features(Harbour.FEATURES);
    assertEquals("1400 fixed", harbour.device.mtu, "kept for the session");
  }

  @Test
  void anArrivalIsPassedToTheDevice() {
    session.announce(0xaabb);
    assertEquals(List.of("announced aabb"), harbour.happened());
  }

  @Test
  void anArrivalThatMeetsABrokenNeighbourGoesOn() {
    harbour.device.brokenNeighbour =
        new QueueFault("neighbour", new QueueException("queue 0: buffer at 0x7 is not there"));
    session.announce(0xaabb);
    assertEquals(List.of("announced aabb"), harbour.happened());
  }

  @Test
  void memoryIsIntactAsLongAsEveryRegionIs() throws Exception {
    assertTrue(session.memoryIntact());
    share(0x1000);
    assertTrue(session.memoryIntact());
    harbour.memory.intact = false;
    assertFalse(session.memoryIntact());
  }
}

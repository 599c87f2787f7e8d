package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.api.profile.Profile;
import io.mooring.api.protocol.OfferedProfile;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A front-end wishes for a profile over the channel (docs/profile-extension.md). */
class ProfileChoiceTest {

  private static final Profile OTHER =
      new Profile(
          "other.v2",
          "net",
          RingFeature.VERSION_1.mask() | NetFeature.MRG_RXBUF.mask(),
          256,
          3,
          1500);

  private final Harbour harbour;
  private final PortSession session;

  ProfileChoiceTest() throws IOException {
    harbour = new Harbour();
    session = harbour.session;
    harbour.profiles.served.add(OTHER);
  }

  @AfterEach
  void close() throws IOException {
    harbour.close();
  }

  private String refused(PortSession by, String wanted) throws ProtocolException {
    OfferedProfile before = by.profile();
    String line = assertThrows(ProtocolException.class, () -> by.profile(wanted)).getMessage();
    assertEquals(before, by.profile(), "a refused wish changes nothing");
    assertEquals(1, line.lines().count(), line);
    return line;
  }

  @Test
  void theOtherProfileIsOfferedWithItsLimitsFromThenOn() throws ProtocolException {
    session.profile("other.v2");
    assertEquals(
        OTHER.features() | RingFeature.PROTOCOL_FEATURES.mask(), session.offeredFeatures());
    assertEquals(256, session.maxRing());
    assertEquals(3, session.queueNumber());
    assertEquals(new OfferedProfile("other.v2", harbour.profiles.values(OTHER)), session.profile());
    assertEquals(List.of("another profile", "reset, 3 pairs"), harbour.happened());
  }

  @Test
  void theLastWishCounts() throws ProtocolException {
    session.profile("other.v2");
    session.profile("test.v1");
    assertEquals(1024, session.maxRing());
  }

  @Test
  void whatIsNotServedIsRefusedAndAnotherWishIsTaken() throws ProtocolException {
    assertEquals("there is no profile absent.v1", refused(session, "absent.v1"));
    session.profile("other.v2");
    assertEquals("other.v2", session.profile().name());
  }

  @Test
  void limitsOfThePortHoldForWishesToo() throws ProtocolException {
    PortSettings settings = PortSettings.of("a", Map.of("socket", "/tmp/a", "queues", "4"));
    assertEquals(
        "queues=4 is above max_queue_pairs=3 of profile other.v2",
        refused(session(settings, Harbour.PROFILE), "other.v2"));
  }

  /** It would change with the host, and a guest's interface does not. */
  @Test
  void whicheverIsNewestIsRefused() throws ProtocolException {
    assertEquals(
        "profile other.latest is whichever is newest: a front-end names the one that its guest has",
        refused(session, "other.latest"));
  }

  @Test
  void aWishComesTooLateOnceTheDriverHasItsFeatures() throws ProtocolException {
    session.features(Harbour.FEATURES);
    String late =
        "SET_PROFILE comes too late: it is for the time before features, memory and queues";
    assertEquals(late, refused(session, "other.v2"));
    session.reset();
    assertEquals(late, refused(session, "other.v2"));
  }

  @Test
  void aWishComesTooLateOnceThereIsAQueueOrMemory() throws Exception {
    session.queue(0).size(256);
    refused(session, "other.v2");
    PortSession fresh = session(PortSettings.of("a", Map.of("socket", "/tmp/a")), Harbour.PROFILE);
    fresh.memory(List.of(Harbour.region(0x1000)), new int[] {harbour.memfd()});
    refused(fresh, "other.v2");
    fresh.close();
  }

  @Test
  void aPinnedPortTakesOnlyItsOwnInterfaceByWhateverName() throws ProtocolException {
    harbour.profiles.served.add(OTHER.withName("alias.v2"));
    PortSettings pinned = PortSettings.of("a", Map.of("socket", "/tmp/a", "profile", "other.v2"));
    PortSession mine = session(pinned, OTHER);
    mine.profile("alias.v2");
    assertEquals("other.v2", mine.profile().name());
    assertEquals(
        "profile test.v1 differs from other.v2, which the port is pinned to",
        refused(mine, "test.v1"));
  }

  @Test
  void theSocketOfATemplatePinsToo() throws ProtocolException {
    PortSettings socket = PortSettings.of("a", Map.of("socket", "/tmp/a-%p")).pinned(OTHER.name());
    assertEquals(
        "profile test.v1 differs from other.v2, which the port is pinned to",
        refused(session(socket, OTHER), "test.v1"));
  }

  private PortSession session(PortSettings settings, Profile offered) {
    var choice = new ProfileChoice(settings, offered, harbour.portRooms, () -> {});
    return new PortSession(settings, choice, harbour.portRooms, harbour.lock, () -> harbour.plane);
  }
}

package io.mooring.acceptance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.mooring.acceptance.rig.Lab;
import io.mooring.acceptance.rig.MooringProcess;
import io.mooring.acceptance.rig.Scratch;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import io.mooring.frontend.Client;
import io.mooring.frontend.FrontEnd;
import io.mooring.frontend.NetOptions;
import io.mooring.frontend.NetPort;
import io.mooring.frontend.Probe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A front-end says its guest's profile over the channel (docs/profile-extension.md). */
final class ProfileChannelTest {

  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final String PLAIN = "io.mooring.plain.v1";

  private static Scratch scratch;
  private static MooringProcess mooring;
  private static Path free;
  private static Path pinned;

  @BeforeAll
  static void start() {
    scratch = Scratch.make();
    free = scratch.file("free");
    pinned = scratch.file("pinned");
    mooring =
        MooringProcess.start(
            scratch, "--port", "free=" + free, "--port", "pinned=" + pinned + ",profile=" + PLAIN);
  }

  @AfterAll
  static void stop() {
    try (Scratch _ = scratch;
        MooringProcess process = mooring) {
      process.stop();
    }
  }

  private static JsonObject probe(Path socket, String profile) {
    return mooring
        .json("vhost:probe %s --profile '%s'".formatted(socket, profile))
        .getAsJsonObject();
  }

  private static JsonObject outcome(JsonObject probe) {
    return probe.getAsJsonObject("profile");
  }

  private static String offered(String profile) {
    String values = mooring.profiles().get(profile);
    assertTrue(values != null, profile + " is not served");
    return values;
  }

  @Test
  void everyServedProfileIsTakenByNameAndOffered() throws IOException {
    JsonObject probe = probe(free, PLAIN);
    assertEquals("taken", outcome(probe).get("outcome").getAsString());
    assertEquals(PLAIN, outcome(probe).get("name").getAsString());
    for (var profile : mooring.profiles().entrySet()) {
      Probe answer = Probe.of(Lab.OS, Lab.TRANSPORT, free, LIMIT, Optional.of(profile.getKey()));
      assertEquals(
          "Optional[Taken[name=%s, values=%s]]".formatted(profile.getKey(), profile.getValue()),
          answer.profile().toString());
    }
  }

  @Test
  void valuesAreTakenWhereThereIsNoName() {
    String values = "device=net,mrg_rxbuf=on,version_1=on,max_ring=64,max_queue_pairs=1,mtu=1400";
    JsonObject probe = probe(free, values);
    assertEquals("", outcome(probe).get("name").getAsString());
    assertEquals(values, outcome(probe).get("values").getAsString());
    assertEquals("0x140008000", probe.get("features").getAsString());
  }

  @Test
  void whatIsUnknownIsRefusedWithTheReasonAndChangesNothing() {
    JsonObject before = mooring.json("vhost:probe " + free).getAsJsonObject();
    JsonObject probe = probe(free, "org.example.v1");
    assertEquals("refused", outcome(probe).get("outcome").getAsString());
    assertEquals(
        "there is no profile org.example.v1, which no bundle or file brings",
        outcome(probe).get("reason").getAsString());
    assertEquals(before.get("features"), probe.get("features"));
    assertTrue(
        mooring
            .must("vhost:probe %s --profile org.example.v1".formatted(free))
            .contains("refused:"),
        "for a person");
  }

  @Test
  void aPinnedPortTakesOnlyItsOwnInterface() {
    assertEquals("taken", outcome(probe(pinned, PLAIN)).get("outcome").getAsString());
    assertEquals("taken", outcome(probe(pinned, offered(PLAIN))).get("outcome").getAsString());
    assertEquals(
        "profile io.mooring.v1 differs from io.mooring.plain.v1, which the port is pinned to",
        outcome(probe(pinned, "io.mooring.v1")).get("reason").getAsString());
  }

  @Test
  void aGuestsPortShowsTheProfileThatItsFrontEndAskedFor() throws IOException {
    FrontEnd frontEnd = FrontEnd.connect(Lab.OS, Lab.TRANSPORT, free);
    frontEnd.wish(PLAIN);
    try (NetPort _ = NetPort.bringUp(Lab.OS, frontEnd, NetOptions.modern())) {
      mooring.awaitState("free", "CONNECTED");
      assertEquals(PLAIN, mooring.port("free").get("profile").getAsString());
    }
    mooring.awaitState("free", "LISTENING");
    assertEquals("io.mooring.v1", mooring.port("free").get("profile").getAsString());
  }

  @Test
  void theProfileMayBeSaidBeforeAnyFeatureIsAsked() throws IOException {
    try (FrontEnd frontEnd = FrontEnd.connect(Lab.OS, Lab.TRANSPORT, free)) {
      Client client = frontEnd.client();
      long offered = client.askNumber(Request.GET_PROTOCOL_FEATURES);
      assertTrue(ProtocolFeature.PROFILE.in(offered));
      client.tell(Request.SET_PROTOCOL_FEATURES, Client.u64(ProtocolFeature.PROFILE.mask()));
      assertEquals(0, wish(client, "mrg_rxbuf=on,version_1=on".getBytes(US_ASCII)));
      assertEquals(0x1_4000_8000L, client.askNumber(Request.GET_FEATURES));
    }
  }

  private static long wish(Client client, byte[] text) throws IOException {
    Message answer = client.ask(Request.SET_PROFILE, Client.payload(text.length).put(text).flip());
    return answer.payload().getLong();
  }

  @Test
  void hostileTextsAreRefusedAndTheConnectionGoesOn() throws IOException {
    var random = new Random(1);
    try (FrontEnd frontEnd = FrontEnd.connect(Lab.OS, Lab.TRANSPORT, free)) {
      Client client = frontEnd.client();
      client.tell(Request.SET_PROTOCOL_FEATURES, Client.u64(ProtocolFeature.PROFILE.mask()));
      long before = client.askNumber(Request.GET_FEATURES);
      byte[] letters = new byte[Message.MAX_PAYLOAD];
      Arrays.fill(letters, (byte) 'a');
      byte[] pairs = "a=b,".repeat(Message.MAX_PAYLOAD / 4).getBytes(US_ASCII);
      byte[] noise = new byte[Message.MAX_PAYLOAD];
      random.nextBytes(noise);
      List<byte[]> texts =
          List.of(
              letters,
              pairs,
              noise,
              new byte[] {0},
              new byte[] {'='},
              "io.mooring.latest".getBytes(US_ASCII));
      for (byte[] text : texts) {
        assertEquals(1, wish(client, text));
        assertEquals(before, client.askNumber(Request.GET_FEATURES));
      }
      assertEquals(0, wish(client, PLAIN.getBytes(US_ASCII)));
    }
  }

  /** Who closes with something unread resets the connection. */
  private static boolean ended(Client client) {
    try {
      return client.next().isEmpty();
    } catch (IOException reset) {
      return reset.getMessage().contains("reset");
    }
  }

  @Test
  void aMalformedMessageEndsTheConnectionWithOneLine() throws IOException {
    for (int bytes : new int[] {0, Message.MAX_PAYLOAD + 1}) {
      int logged = mooring.log().size();
      try (FrontEnd frontEnd = FrontEnd.connect(Lab.OS, Lab.TRANSPORT, free)) {
        Client client = frontEnd.client();
        client.tell(Request.SET_PROTOCOL_FEATURES, Client.u64(ProtocolFeature.PROFILE.mask()));
        ByteBuffer payload = ByteBuffer.allocate(bytes);
        client.send(new Message(Request.SET_PROFILE.number(), Message.VERSION, payload));
        assertTrue(ended(client), "the connection goes on");
      }
      assertEquals(1, mooring.complaints(logged).size(), mooring.complaints(logged)::toString);
      mooring.awaitState("free", "LISTENING");
    }
  }
}

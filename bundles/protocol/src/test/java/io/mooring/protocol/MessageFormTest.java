package io.mooring.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/** A message of the wrong form changes nothing, and says in one line what was allowed. */
class MessageFormTest {

  static final List<Form> FORMS = Form.ALL;

  @ParameterizedTest
  @FieldSource("FORMS")
  void aMessageCutAtAnyLengthIsRefused(Form form) {
    for (int bytes = 0; bytes <= Message.MAX_PAYLOAD; bytes++) {
      if (!form.allows(bytes)) {
        var session = new FakeSession();
        String line = Wire.refused(Wire.message(form.request(), Wire.bytes(bytes), 0), session);
        assertTrue(line.contains("payload of %d bytes".formatted(bytes)), line);
        assertEquals(List.of(), session.calls, () -> form + " was obeyed in part");
      }
    }
  }

  @ParameterizedTest
  @FieldSource("FORMS")
  void tooManyDescriptorsAreRefusedAndLeftToBeClosed(Form form) {
    for (int count = form.descriptors() + 1; count <= Message.MAX_DESCRIPTORS; count++) {
      var session = new FakeSession();
      Message message = Wire.message(form.request(), Wire.bytes(form.most()), count);
      String line = Wire.refused(message, session);
      assertTrue(line.contains("has %d descriptors".formatted(count)), line);
      assertEquals(count, message.unclaimed().length);
      assertEquals(List.of(), session.calls, () -> form + " was obeyed in part");
    }
  }

  @ParameterizedTest
  @FieldSource("FORMS")
  void aRequestOfAFeatureThatWasNotNegotiatedIsRefused(Form form) {
    form.needs()
        .ifPresent(feature -> {
          var session = new FakeSession().without(feature);
          Message message = Wire.message(form.request(), Wire.bytes(form.most()), 0);
          assertRefused(message, session);
          assertEquals(List.of(), session.calls, () -> form + " was obeyed");
        });
  }

  /** Where a failure has a form it is told, otherwise the connection ends. */
  private static void assertRefused(Message message, FakeSession session) {
    try {
      Message answer = Wire.handle(message, session).orElseThrow();
      boolean empty = answer.payload().remaining() == 0;
      assertTrue(empty || answer.payload().getLong() != 0, "answered as if it were done");
    } catch (ProtocolException refused) {
      assertTrue(refused.getMessage().contains(", which was not negotiated"), refused.getMessage());
    }
  }

  @ParameterizedTest
  @EnumSource(Request.class)
  void everyRequestHasItsForm(Request request) {
    assertEquals(request, Form.of(request).request());
  }

  @Test
  void whoAsksIsToldThatARequestIsNotServed() throws ProtocolException {
    for (int number : new int[] {0, 33, 45, 1000, -1}) {
      int flags = Message.VERSION | Message.NEED_REPLY;
      Message message = Wire.message(number, flags, Wire.bytes(0), 1);
      assertEquals(1, Wire.answer(message, new FakeSession()));
      assertEquals(1, message.unclaimed().length);
    }
  }

  @ParameterizedTest
  @FieldSource("FORMS")
  void aReplyThatNobodyAskedForIsRefused(Form form) {
    var session = new FakeSession();
    int flags = Message.VERSION | Message.REPLY;
    Message message = Wire.message(form.request().number(), flags, Wire.bytes(form.most()), 0);
    String line = Wire.refused(message, session);
    assertTrue(line.contains("nothing was asked"), line);
    assertEquals(List.of(), session.calls);
  }

  @Test
  void aRequestThatIsNotInTheTableIsRefused() {
    Set<Integer> served = new HashSet<>();
    Form.ALL.forEach(form -> served.add(form.request().number()));
    for (int number = -1; number < 1000; number++) {
      if (!served.contains(number) || number == Request.GPU_SET_SOCKET.number()) {
        var session = new FakeSession();
        String line = Wire.refused(Wire.message(number, 1, Wire.bytes(0), 0), session);
        String unsigned = "(request %s) is not served".formatted(Integer.toUnsignedString(number));
        assertTrue(line.endsWith(unsigned), line);
        assertEquals(List.of(), session.calls);
      }
    }
  }

  @Test
  void everyFeatureOfTheTableIsOffered() {
    long needed =
        Form.ALL.stream()
            .filter(form -> !Form.REFUSED.contains(form.request()))
            .flatMap(form -> form.needs().stream())
            .mapToLong(feature -> feature.mask())
            .reduce(0, (all, mask) -> all | mask);
    assertEquals(needed, needed & new VhostUserProtocol().features());
  }

  /**
   * Whatever comes, the only way out but obedience is a {@link ProtocolException} of one line, and
   * every descriptor has exactly one owner.
   */
  @Property(tries = 5000)
  void nonsenseIsObeyedOrRefused(
      @ForAll("requests") int request,
      @ForAll("flags") int flags,
      @ForAll @Size(max = 300) byte[] payload,
      @ForAll @IntRange(max = 8) int descriptors) {
    obeyOrRefuse(request, flags, Wire.bytes(payload.length).put(payload).flip(), descriptors);
  }

  /** The same with payloads of a length that is allowed and small numbers in them. */
  @Property(tries = 5000)
  void wellFormedNonsenseIsObeyedOrRefused(
      @ForAll("forms") Form form,
      @ForAll("words") int[] words,
      @ForAll("flags") int flags,
      @ForAll @IntRange(max = 8) int descriptors) {
    ByteBuffer payload = Wire.bytes(form.most());
    for (int i = 0; i < words.length && payload.remaining() >= 4; i++) {
      payload.putInt(words[i]);
    }
    obeyOrRefuse(form.request().number(), flags, payload.rewind(), descriptors);
  }

  private static void obeyOrRefuse(int request, int flags, ByteBuffer payload, int descriptors) {
    var session = new FakeSession();
    Message message = Wire.message(request, flags, payload, descriptors);
    try {
      Wire.handle(message, session);
    } catch (ProtocolException refused) {
      assertEquals(1, refused.getMessage().lines().count(), refused::getMessage);
    }
    var owned = new ArrayList<>(session.descriptors);
    for (int each : message.unclaimed()) {
      owned.add(each);
    }
    assertEquals(descriptors, owned.size(), "descriptors that have an owner");
    assertEquals(descriptors, new HashSet<>(owned).size(), "descriptors that have one owner");
  }

  @Provide
  static Arbitrary<Integer> requests() {
    return Arbitraries.oneOf(
        Arbitraries.integers().between(0, Request.values().length + 2), Arbitraries.integers());
  }

  @Provide
  static Arbitrary<Integer> flags() {
    return Arbitraries.frequency(
        Tuple.of(4, Message.VERSION),
        Tuple.of(4, Message.VERSION | Message.NEED_REPLY),
        Tuple.of(1, Message.VERSION | Message.REPLY));
  }

  @Provide
  static Arbitrary<Form> forms() {
    return Arbitraries.of(Form.ALL);
  }

  @Provide
  static Arbitrary<int[]> words() {
    return Arbitraries.oneOf(Arbitraries.integers().between(-1, 9), Arbitraries.integers())
        .array(int[].class)
        .ofMaxSize(66);
  }
}

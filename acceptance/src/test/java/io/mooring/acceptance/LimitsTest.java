package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.MessageFields.Field;
import io.mooring.acceptance.rig.BadPort;
import io.mooring.acceptance.rig.Eventually;
import io.mooring.acceptance.rig.Lab;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import io.mooring.api.virtio.RingFeature;
import io.mooring.frontend.Client;
import io.mooring.frontend.FrontEnd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every number that a message has, at 0, at 1, at its limit, one beyond, and at the most that its
 * type holds, said to a running Mooring by a front-end of its own each. What is of the wrong length
 * or has the wrong number of descriptors is MessageFormTest's, where a message is cut
 * ConnectionTest's and OthersFixesTest's, and a ring's numbers are RingLimitsTest's.
 */
final class LimitsTest extends BadPortTest {

  @Test
  void numbersAreTakenUpToTheirLimitsAndNotBeyond() throws IOException {
    for (Field field : MessageFields.ALL) {
      assertKeepsItsLimits(field);
      bad.lookAtTheLog();
    }
  }

  private static void assertKeepsItsLimits(Field field) throws IOException {
    for (long value : field.taken()) {
      assertTrue(says(field, value).isEmpty(), () -> "%s %d was refused".formatted(field, value));
    }
    bad.assertNoComplaint();
    for (long value : field.told()) {
      assertEquals(List.of(true), says(field, value), () -> "%s %d".formatted(field, value));
    }
    for (long value : field.ending()) {
      assertEquals(List.of(false), says(field, value), () -> "%s %d".formatted(field, value));
    }
    int refusals = field.told().size() + field.ending().size();
    Eventually.holds(
        "the log has a line for each refusal",
        BadPort.PATIENCE,
        () -> bad.complaints().size() >= refusals,
        bad::complaints);
    assertEquals(refusals, bad.complaints().size(), () -> "" + bad.complaints());
    bad.complaints().forEach(line -> assertTrue(line.contains("port bad: "), line));
  }

  /**
   * Says a value to a Mooring of which nothing was asked before.
   *
   * @return empty when it was obeyed; otherwise whether the conversation goes on
   */
  private static List<Boolean> says(Field field, long value) throws IOException {
    try (FrontEnd frontEnd = bad.frontEnd(RingFeature.ACCESS_PLATFORM.mask(), features())) {
      int[] files =
          field.file() ? new int[] {Lab.OS.memfd("limit", MessageFields.FILE)} : new int[0];
      BadPort.send(frontEnd, field.request(), field.with(value), files);
      try {
        frontEnd.client().send(question());
        return answers(field.request(), frontEnd);
      } catch (IOException ended) {
        // With our question unread, or before it was sent.
        assertFalse(ended.getMessage().contains("no answer"), ended.getMessage());
        return List.of(false);
      }
    }
  }

  private static List<Boolean> answers(Request request, FrontEnd frontEnd) throws IOException {
    boolean failed = false;
    while (true) {
      Optional<Message> answer = frontEnd.client().next();
      if (answer.isEmpty()) {
        return List.of(false);
      }
      for (int descriptor : answer.get().claim()) {
        Lab.OS.close(descriptor);
      }
      if (answer.get().request() == Request.GET_FEATURES.number()) {
        return failed ? List.of(true) : List.of();
      }
      failed = isFailure(request, answer.get());
    }
  }

  private static Message question() {
    return new Message(Request.GET_FEATURES.number(), Message.VERSION, Client.payload(0));
  }

  private static boolean isFailure(Request request, Message answer) {
    ByteBuffer payload = answer.payload();
    return switch (request) {
      case GET_CONFIG -> !payload.hasRemaining();
      case SET_LOG_BASE, IOTLB_MSG, SET_DEVICE_STATE_FD -> payload.get() != 0;
      default -> false;
    };
  }

  /** All that a request of the table needs. */
  private static long features() {
    return Stream.of(
            ProtocolFeature.LOG_SHMFD,
            ProtocolFeature.RARP,
            ProtocolFeature.REPLY_ACK,
            ProtocolFeature.NET_MTU,
            ProtocolFeature.BACKEND_REQ,
            ProtocolFeature.CONFIG,
            ProtocolFeature.INFLIGHT_SHMFD,
            ProtocolFeature.INBAND_NOTIFICATIONS,
            ProtocolFeature.CONFIGURE_MEM_SLOTS,
            ProtocolFeature.STATUS,
            ProtocolFeature.DEVICE_STATE)
        .mapToLong(ProtocolFeature::mask)
        .sum();
  }
}

package io.mooring.frontend;

import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** What a back-end makes of the wish for a profile (docs/profile-extension.md). */
public sealed interface ProfileAnswer {

  /**
   * The back-end offers it from now on.
   *
   * @param name as the back-end calls it; empty where it has no name
   * @param values its canonical list of values
   */
  record Taken(String name, String values) implements ProfileAnswer {}

  /** The back-end refuses it and offers what it offered before. */
  record Refused(String reason) implements ProfileAnswer {}

  /** The back-end does not speak the extension. */
  record Unknown() implements ProfileAnswer {}

  /**
   * Asks for a profile; the back-end was told that the extension is wanted, if it offers that.
   *
   * @param offeredProtocol the protocol features that it offers
   * @param profile a name, or a list of values
   */
  static ProfileAnswer ask(Client client, long offeredProtocol, String profile) throws IOException {
    if (!ProtocolFeature.PROFILE.in(offeredProtocol)) {
      return new Unknown();
    }
    ByteBuffer text = ByteBuffer.wrap(profile.getBytes(StandardCharsets.UTF_8));
    Message answer = client.ask(Request.SET_PROFILE, text.order(ByteOrder.LITTLE_ENDIAN));
    ByteBuffer payload = answer.payload();
    if (payload.remaining() < Long.BYTES || answer.descriptorCount() > 0) {
      throw new IOException(
          "SET_PROFILE was answered with %d bytes and %d descriptors; allowed are 8 or more, and none"
              .formatted(payload.remaining(), answer.descriptorCount()));
    }
    long result = payload.getLong();
    String said = printable(StandardCharsets.US_ASCII.decode(payload).toString());
    if (result != 0) {
      return new Refused(said.replace('\n', ' '));
    }
    int end = said.indexOf('\n');
    return new Taken(said.substring(0, Math.max(0, end)), said.substring(end + 1));
  }

  /** What a back-end says must not spoil a terminal. */
  private static String printable(String said) {
    return said.replaceAll("[^\\n\\x20-\\x7e]", "?");
  }
}

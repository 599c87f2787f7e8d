package io.mooring.frontend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.os.Os;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.linux.LinuxOs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A front-end asks for a profile before it asks for features (docs/profile-extension.md). */
class WishTest {

  private static final long AFTERWARDS = ModelBackEnd.FEATURES & ~1;

  private final Os os = new LinuxOs();
  private final ModelBackEnd backEnd = new ModelBackEnd(os, ModelBackEnd.FEATURES);
  private final FrontEnd frontEnd = FrontEnd.over(os, backEnd, Client.TIMEOUT);

  @AfterEach
  void close() {
    frontEnd.close();
  }

  private static ByteBuffer answer(long result, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return Client.payload(Long.BYTES + bytes.length).putLong(result).put(bytes).flip();
  }

  private void negotiate() throws IOException {
    frontEnd.negotiate(-1, NetOptions.PROTOCOL);
  }

  private String failure() {
    return assertThrows(IOException.class, this::negotiate).getMessage();
  }

  @Test
  void theProfileIsSaidBeforeTheFeaturesThatCount() throws IOException {
    backEnd.answerWish(answer(0, "org.dpdk.v18.11\ndevice=net,csum=on"), AFTERWARDS);
    frontEnd.wish("org.dpdk.v18.11");
    negotiate();
    assertEquals("org.dpdk.v18.11", backEnd.wished());
    assertEquals(
        List.of(
            Request.GET_FEATURES,
            Request.GET_PROTOCOL_FEATURES,
            Request.SET_PROTOCOL_FEATURES,
            Request.SET_PROFILE,
            Request.GET_FEATURES,
            Request.SET_OWNER),
        backEnd.heard().subList(0, 6));
    assertEquals(AFTERWARDS, frontEnd.features());
    assertTrue(ProtocolFeature.PROFILE.in(frontEnd.protocolFeatures()));
  }

  @Test
  void whoWishesForNothingSaysNothingOfProfiles() throws IOException {
    backEnd.answerWish(answer(0, ""), AFTERWARDS);
    negotiate();
    assertEquals(NetOptions.PROTOCOL, frontEnd.protocolFeatures());
    assertTrue(backEnd.heard().stream().noneMatch(each -> each == Request.SET_PROFILE));
    assertEquals(ModelBackEnd.FEATURES, frontEnd.features());
  }

  @Test
  void aRefusalIsOneLineWithTheBackEndsReason() {
    backEnd.answerWish(answer(1, "there is no\nprofile \u001b[2Jx"), AFTERWARDS);
    frontEnd.wish("x.v1");
    assertEquals("the back-end refuses profile x.v1: there is no profile ?[2Jx", failure());
  }

  @Test
  void aBackEndThatKnowsNoProfilesIsNamedAndNotAsked() {
    frontEnd.wish("x.v1");
    assertEquals(
        "the back-end cannot be asked for profile x.v1: it does not offer PROFILE", failure());
    assertTrue(backEnd.heard().stream().noneMatch(each -> each == Request.SET_PROFILE));
  }

  @Test
  void anAnswerThatIsTooShortIsRefused() {
    backEnd.answerWish(Client.payload(7), AFTERWARDS);
    frontEnd.wish("x.v1");
    assertEquals(
        "SET_PROFILE was answered with 7 bytes and 0 descriptors; allowed are 8 or more, and none",
        failure());
  }

  @Test
  void anAnswerWithoutANameIsItsValues() throws IOException {
    backEnd.answerWish(answer(0, "\ndevice=net,csum=on"), AFTERWARDS);
    assertEquals(
        new ProfileAnswer.Taken("", "device=net,csum=on"),
        ProfileAnswer.ask(frontEnd.client(), ProtocolFeature.PROFILE.mask(), "csum=on"));
  }
}

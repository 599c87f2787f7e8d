package io.mooring.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.api.protocol.BackendRequest;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/protocol.md} says what the tables of the code say. {@code -Dmooring.update=true}
 * writes it anew.
 */
class ProtocolDocumentTest {

  private static final Set<BackendRequest> SENT =
      EnumSet.of(
          BackendRequest.IOTLB_MSG,
          BackendRequest.CONFIG_CHANGE_MSG,
          BackendRequest.VRING_CALL,
          BackendRequest.VRING_ERR);

  /** Above the module's directory, wherever the tests are started. */
  private static Path document() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("ARCHITECTURE.md"))) {
      directory = directory.getParent();
    }
    return directory.resolve("docs/protocol.md");
  }

  @Test
  void theDocumentIsWhatTheTablesSay() throws IOException {
    Path document = document();
    if (Boolean.getBoolean("mooring.update")) {
      Files.createDirectories(document.getParent());
      Files.writeString(document, text());
    }
    assertEquals(
        text(),
        Files.exists(document) ? Files.readString(document) : "",
        () -> document + " is stale: run this test with -Dmooring.update=true");
  }

  private static String text() {
    var text = new StringBuilder();
    text.append("# What Mooring serves of vhost-user\n\n");
    text.append("Written by ProtocolDocumentTest from the tables of the protocol bundle.\n\n");
    text.append("A request whose protocol feature was not negotiated, or that is not served, is\n");
    text.append("refused: the front-end is told where the answer has a form for it or where it\n");
    text.append(
        "asks (REPLY_ACK with need_reply); otherwise the connection ends with one line in\n");
    text.append("the log.\n\n## Requests of the front-end\n\n");
    text.append(
        "| number | request | payload in bytes | descriptors | feature | answer | served |\n");
    text.append("| ---: | --- | --- | ---: | --- | --- | --- |\n");
    for (Request request : Request.values()) {
      text.append(row(Requests.rule(request.number()).orElseThrow()));
    }
    text.append(
        "\n## Requests of the back-end\n\n| number | request | sent |\n| ---: | --- | --- |\n");
    for (BackendRequest request : BackendRequest.values()) {
      text.append(
          "| %d | %s | %s |\n".formatted(request.number(), request, yes(SENT.contains(request))));
    }
    text.append("\n## Protocol features\n\n| bit | feature | offered |\n| ---: | --- | --- |\n");
    for (ProtocolFeature feature : ProtocolFeature.values()) {
      text.append(
          "| %d | %s | %s |\n"
              .formatted(feature.bit(), feature, yes(feature.in(Requests.FEATURES))));
    }
    text.append(
        "\nPAGEFAULT is offered where the port's postcopy=true and the system lets Mooring\n");
    text.append("have a userfaultfd: who then brings no page delays other ports, too. CONFIG is\n");
    text.append(
        "offered where the device has a configuration space of its own. PROFILE is Mooring's"
            + " own\n");
    text.append("extension, see [profile-extension.md](profile-extension.md).\n");
    return text.toString();
  }

  private static String row(Rule rule) {
    boolean served =
        rule.request() != Request.GPU_SET_SOCKET
            && rule.needs().map(feature -> feature.in(Requests.FEATURES)).orElse(true);
    return "| %d | %s | %s | %d | %s | %s | %s |\n"
        .formatted(
            rule.request().number(),
            rule.request(),
            rule.payload().toString().replace(" bytes", ""),
            rule.descriptors(),
            rule.needs().map(ProtocolFeature::name).orElse(""),
            rule.answer(),
            yes(served));
  }

  private static String yes(boolean is) {
    return is ? "yes" : "no";
  }
}

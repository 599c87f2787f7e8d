package io.mooring.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Listener;
import io.mooring.api.transport.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is open goes on in the hands of somebody else, and the other side sees nothing of it. */
@Timeout(20)
class LeavingTest {

  /** The library keeps a socket of its own from its first use on. */
  @BeforeAll
  static void use() throws IOException {
    new Endpoints().close();
  }

  private interface Wait<T> {
    T end() throws IOException;
  }

  private static <T> CompletableFuture<T> waiting(Wait<T> wait) {
    var ended = new CompletableFuture<T>();
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            ended.complete(wait.end());
          } catch (IOException failure) {
            ended.completeExceptionally(failure);
          }
        });
    return ended;
  }

  private static Message message(int request) {
    return new Message(request, 1, ByteBuffer.allocate(0));
  }

  @Test
  void aConnectionGoesOnWithWhoeverAdoptedADuplicate() throws Exception {
    var before = new OpenDescriptors();
    try (Endpoints endpoints = new Endpoints();
        Connection front = endpoints.connect()) {
      Connection old = endpoints.accept();
      CompletableFuture<Boolean> wait =
          waiting(() -> {
            old.await();
            return true;
          });
      Connection other = endpoints.transport.adopt(endpoints.os.duplicate(old.descriptor()));
      old.leave();
      old.leave();
      assertTrue(wait.get(10, TimeUnit.SECONDS), "who waited waits no longer");
      front.send(message(7));
      assertEquals(Optional.empty(), old.receive());
      assertThrows(IOException.class, () -> old.send(message(1)));
      old.close();
      assertEquals(7, other.receive().orElseThrow().request());
      other.send(message(8));
      assertEquals(8, front.receive().orElseThrow().request());
      other.close();
      assertEquals(Optional.empty(), front.receive());
    }
    before.assertUnchanged();
  }

  @Test
  void aListenersSocketsGoOnWithWhoeverAdoptedDuplicates() throws Exception {
    var before = new OpenDescriptors();
    try (Endpoints endpoints = new Endpoints()) {
      Listener old = endpoints.listener;
      Listener other = endpoints.transport.listener();
      CompletableFuture<Optional<Listener.Arrival>> wait = waiting(old::accept);
      old.hold(true);
      try (Connection early = endpoints.connect()) {
        int descriptor = old.descriptors().get(endpoints.path);
        other.adopt(endpoints.path, endpoints.os.duplicate(descriptor));
        old.leave();
        old.leave();
        old.close();
        assertEquals(Optional.empty(), wait.get(10, TimeUnit.SECONDS));
        assertTrue(Files.exists(endpoints.path), "the socket's file stays");
        try (Connection one = Endpoints.accept(other);
            Connection late = endpoints.connect();
            Connection two = Endpoints.accept(other)) {
          early.send(message(1));
          late.send(message(2));
          assertEquals(1, one.receive().orElseThrow().request());
          assertEquals(2, two.receive().orElseThrow().request());
        }
      }
      other.close();
      assertTrue(Files.notExists(endpoints.path), "its new owner removes the file");
    }
    before.assertUnchanged();
  }
}

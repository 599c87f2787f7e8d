package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mooring.api.os.Os;
import io.mooring.api.swap.SwapException;
import io.mooring.api.transport.Transport;
import io.mooring.linux.LinuxOs;
import io.mooring.transport.UnixTransport;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.osgi.framework.Version;

@Timeout(30)
class SocketRehearsalTest {

  private final Os os = new LinuxOs();
  private final TamperedTransport transport = new TamperedTransport(new UnixTransport(os));

  private Duration rehearse(Duration most) throws SwapException, InterruptedException {
    return rehearse(most, os);
  }

  private Duration rehearse(Duration most, Os os) throws SwapException, InterruptedException {
    var provider = new Provider<Transport>(transport, "test", new Version("1.0.0"), 7, 0, 1);
    return new SocketRehearsal(provider, os).run(most);
  }

  private void assertRefused(String why) {
    var refused = assertThrows(SwapException.class, () -> rehearse(Duration.ZERO));
    assertEquals("test 1.0.0 [7] " + why, refused.getMessage());
  }

  @Test
  void whoIsWellPassesEvenWithoutTime() throws Exception {
    rehearse(Duration.ZERO);
    rehearse(Duration.ofMillis(100));
  }

  @Test
  void whoFailsIsRefused() {
    transport.afterReceiving =
        () -> {
          throw new IllegalStateException("no more");
        };
    assertRefused("cannot carry a message: no more");
  }

  @Test
  void nothingStaysOpenOfWhoFails() throws Exception {
    rehearse(Duration.ZERO);
    OpenSockets before = OpenSockets.now();
    transport.beforeAccepting =
        () -> {
          throw new IOException("nobody");
        };
    assertRefused("cannot carry a message: nobody");
    before.assertSoon();
  }

  @Test
  void nothingStaysOpenOfWhatCannotBeTold() throws Exception {
    rehearse(Duration.ZERO);
    OpenSockets before = OpenSockets.now();
    Os blind = LesserOs.of(os, "kind", "cannot tell", () -> true);
    assertThrows(SwapException.class, () -> rehearse(Duration.ZERO, blind));
    before.assertSoon();
  }

  @Test
  void whoDoesNotReturnIsRefused() {
    transport.beforeWaiting =
        () -> {
          try {
            Thread.sleep(Duration.ofHours(1));
          } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
          }
        };
    assertRefused("does not carry a message within 2 s");
  }
}

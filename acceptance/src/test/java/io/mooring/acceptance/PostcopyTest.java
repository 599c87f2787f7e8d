package io.mooring.acceptance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.acceptance.rig.BadPort;
import io.mooring.acceptance.rig.Lab;
import io.mooring.api.os.Poller;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Message;
import io.mooring.frontend.Client;
import io.mooring.frontend.FrontEnd;
import io.mooring.frontend.GuestRam;
import io.mooring.frontend.NetOptions;
import io.mooring.frontend.Vring;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A front-end says that its guest's memory follows later. Whether Mooring may have a userfaultfd is
 * its host's to say; root's always may.
 */
final class PostcopyTest {

  private static final long RAM_BYTES = 1 << 20;

  private static BadPort allowed;

  @BeforeAll
  static void start() {
    allowed = BadPort.start(",postcopy=true");
  }

  @AfterAll
  static void stop() {
    allowed.close();
  }

  @Test
  void itIsNotOfferedWhereThePortDoesNotAllowIt() throws IOException {
    try (FrontEnd frontEnd = FrontEnd.connect(Lab.OS, Lab.TRANSPORT, allowed.other())) {
      frontEnd.negotiate(NetOptions.MODERN, ProtocolFeature.PAGEFAULT.mask());
      assertFalse(ProtocolFeature.PAGEFAULT.in(frontEnd.offeredProtocol()));
    }
  }

  /** The worker that needs the page waits with all its ports, and goes on when he has gone. */
  @Test
  void whoNeverBringsAPageHoldsUpNobodyOnceHeHasGone() throws IOException {
    allowed.look();
    try (FrontEnd frontEnd = allowed.frontEnd(0, ProtocolFeature.PAGEFAULT.mask())) {
      assertEquals(
          Lab.mayResolvePageFaults(), ProtocolFeature.PAGEFAULT.in(frontEnd.protocolFeatures()));
      if (Lab.mayResolvePageFaults()) {
        int userfaultfd = advise(frontEnd);
        try {
          useMemoryThatIsNotThere(frontEnd);
          awaitFault(userfaultfd);
        } finally {
          Lab.OS.close(userfaultfd);
        }
      }
    }
    allowed.assertNobodyNoticed();
    allowed.assertNoComplaint();
  }

  private static int advise(FrontEnd frontEnd) throws IOException {
    Message advised = frontEnd.client().ask(Request.POSTCOPY_ADVISE, Client.payload(0));
    frontEnd.client().tell(Request.POSTCOPY_LISTEN, Client.payload(0));
    return advised.claim()[0];
  }

  private static void useMemoryThatIsNotThere(FrontEnd frontEnd) throws IOException {
    frontEnd.share(GuestRam.of(Lab.OS, 1, RAM_BYTES));
    Message mapped = frontEnd.client().next().orElseThrow();
    assertEquals(Request.SET_MEM_TABLE.number(), mapped.request());
    frontEnd.client().tell(Request.SET_MEM_TABLE, Client.u64(0));
    Vring queue = frontEnd.queue(1, 64);
    Path file = Path.of("/proc/self/fd/" + frontEnd.ram().blocks().getFirst().descriptor());
    try (FileChannel ram = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ram.truncate(0);
      ram.write(ByteBuffer.allocate(1), RAM_BYTES - 1);
    }
    queue.start();
    queue.enable(true);
    queue.kick();
  }

  private static void awaitFault(int userfaultfd) throws IOException {
    try (Poller poller = Lab.OS.poller()) {
      poller.add(userfaultfd);
      int patience = (int) BadPort.PATIENCE.toMillis();
      assertTrue(poller.await(new int[1], patience) > 0, "nobody waits for a page");
      poller.remove(userfaultfd);
    }
  }
}

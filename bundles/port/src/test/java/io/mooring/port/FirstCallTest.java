package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.QueueSession;
import io.mooring.api.virtqueue.QueueSetup;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A back-end that was killed may have used chains without calling the driver. With event indices
 * the driver is not called for what comes later either: it would sleep for ever.
 */
class FirstCallTest {

  private Harbour harbour;
  private QueueSession queue;
  private int call;
  private int driver;

  @BeforeEach
  void allButAKick() throws IOException, ProtocolException {
    harbour = new Harbour();
    harbour.session.features(Harbour.FEATURES);
    queue = harbour.session.queue(0);
    queue.size(256);
    queue.addresses(1000, 2000, 3000, QueueSetup.NO_LOG);
    queue.enable(true);
    call = harbour.eventfd();
    driver = harbour.os.duplicate(call);
  }

  @AfterEach
  void end() throws IOException {
    harbour.os.close(driver);
    harbour.close();
  }

  @Test
  void aDriverIsCalledWhenItsQueueStarts() throws Exception {
    queue.call(call);
    assertFalse(harbour.os.drain(driver));
    queue.kick(harbour.eventfd());
    assertTrue(harbour.os.drain(driver));
    queue.kick(harbour.eventfd());
    assertFalse(harbour.os.drain(driver), "it runs already");
  }

  @Test
  void aDriverThatSaysLaterHowItIsCalledIsCalledThen() throws Exception {
    queue.kick(harbour.eventfd());
    queue.call(call);
    assertTrue(harbour.os.drain(driver));
  }

  @Test
  void aDriverThatIsToBeCalledOtherwiseFromNowOnIsNot() throws Exception {
    queue.call(harbour.eventfd());
    queue.kick(harbour.eventfd());
    queue.call(call);
    assertFalse(harbour.os.drain(driver));
  }
}

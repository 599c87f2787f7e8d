package io.mooring.api.upgrade;

import java.time.Duration;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * What this process still has to say once its ports are another's, as the answer to who asked for
 * the upgrade: it does not end before. A service of every bundle that answers somebody. Any thread.
 */
@ConsumerType
public interface LastWords {

  /**
   * Waits until all is said.
   *
   * @param most how long; what is not said by then is lost
   */
  void await(Duration most) throws InterruptedException;
}

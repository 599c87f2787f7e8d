package io.mooring.port;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers for an uplink: it has no guest, so its failures are only told. */
record UplinkOwner(String name) implements AgentOwner {

  private static final Logger LOG = LoggerFactory.getLogger(UplinkOwner.class);

  @Override
  public void fault(String reason) {
    LOG.error("uplink of {}: {}", name, reason);
  }

  @Override
  public boolean memoryIntact() {
    return true;
  }
}

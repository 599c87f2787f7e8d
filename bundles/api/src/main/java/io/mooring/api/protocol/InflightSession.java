package io.mooring.api.protocol;

import org.osgi.annotation.versioning.ProviderType;

/** The buffer that survives a back-end which does not (vhost-user, "Inflight I/O tracking"). */
@ProviderType
public interface InflightSession {

  /**
   * Makes a new one, of zeros, for rings of the acknowledged features.
   *
   * @return its description; the caller closes the descriptor
   */
  InflightArea make(int queues, int queueSize) throws ProtocolException;

  /**
   * Uses a buffer from the next queue start on; refused while queues run.
   *
   * @param area its descriptor is the session's from now on, also when it throws
   */
  void take(InflightArea area) throws ProtocolException;
}

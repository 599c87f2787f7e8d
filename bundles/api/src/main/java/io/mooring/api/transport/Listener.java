package io.mooring.api.transport;

import java.io.IOException;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;

/** A listening unix socket. */
@ProviderType
public interface Listener extends AutoCloseable {

  /** Waits for the next connection; empty when the listener was closed. */
  Optional<Connection> accept() throws IOException;

  /**
   * Stops listening and removes the socket file if it is still this listener's. A thread in {@link
   * #accept} returns.
   */
  @Override
  void close();
}

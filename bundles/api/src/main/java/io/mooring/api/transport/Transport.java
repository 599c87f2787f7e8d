package io.mooring.api.transport;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/** Unix stream sockets for vhost-user. Any thread. */
@ProviderType
public interface Transport {

  /** The longest socket path in bytes (sockaddr_un less its final zero). */
  int MAX_PATH_BYTES = 107;

  /** Makes a listener, which has no path yet. */
  Listener listener() throws IOException;

  /**
   * Connects to a path.
   *
   * @throws IOException when nobody listens there; one line that names the path and the reason
   */
  Connection connect(Path path) throws IOException;
}

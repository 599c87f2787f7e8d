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

  /**
   * Goes on with a connection that another process had.
   *
   * @param descriptor of a connected socket between two messages; owned by the connection from now
   *     on, also when this throws
   * @throws IOException when it is no connected unix socket
   */
  Connection adopt(int descriptor) throws IOException;
}

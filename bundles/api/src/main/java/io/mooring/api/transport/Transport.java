package io.mooring.api.transport;

import java.io.IOException;
import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/** Unix stream sockets for vhost-user. Any thread. */
@ProviderType
public interface Transport {

  /** The longest socket path in bytes (sockaddr_un less its final zero). */
  int MAX_PATH_BYTES = 107;

  /**
   * Listens at a path. A socket file left by a dead process is replaced.
   *
   * @throws IOException when the path is too long, its directory is missing, somebody listens
   *     there, something else is there, or there is no permission; one line that names the path and
   *     the reason
   */
  Listener listen(Path path) throws IOException;

  /**
   * Connects to a path.
   *
   * @throws IOException when nobody listens there; one line that names the path and the reason
   */
  Connection connect(Path path) throws IOException;
}

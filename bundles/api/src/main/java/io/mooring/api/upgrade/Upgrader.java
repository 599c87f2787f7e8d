package io.mooring.api.upgrade;

import java.nio.file.Path;
import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/** Lets a new process take over from this one. Any thread. */
@ProviderType
public interface Upgrader {

  /**
   * Starts a program as {@code PROGRAM start --home HOME --take-over SOCKET}, and hands it all
   * ports: their sockets, connections, guest memory and rings. Returns when it serves them; this
   * process touches none of them any more and ends soon after. One at a time.
   *
   * @param program the executable of another version, or of the same
   * @param patience how long it may take to come up and to warm up
   * @throws UpgradeException when all is as before: one line that says why
   */
  UpgradeReport upgrade(Path program, Duration patience)
      throws UpgradeException, InterruptedException;
}

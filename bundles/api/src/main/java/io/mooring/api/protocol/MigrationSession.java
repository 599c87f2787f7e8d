package io.mooring.api.protocol;

import org.osgi.annotation.versioning.ProviderType;

/** What a front-end asks of a port whose VM moves (vhost-user, "Migration"). */
@ProviderType
public interface MigrationSession {

  /**
   * Logs to this bitmap from now on, while VHOST_F_LOG_ALL is acknowledged (SET_LOG_BASE).
   *
   * @param size in bytes
   * @param offset in the file, in bytes
   * @param descriptor owned by the session from now on, also when it throws
   */
  void log(long size, long offset, int descriptor) throws ProtocolException;

  /**
   * A post-copy migration may come (POSTCOPY_ADVISE).
   *
   * @return a userfaultfd; the caller closes it
   */
  int advisePostcopy() throws ProtocolException;

  /** The regions that come from now on are filled while they are used (POSTCOPY_LISTEN). */
  void listenPostcopy() throws ProtocolException;

  /**
   * The front-end knows where the regions are mapped here: faults may begin. It says so with an
   * empty SET_MEM_TABLE or ADD_MEM_REG.
   */
  void beginPostcopy() throws ProtocolException;

  /** All memory has arrived (POSTCOPY_END). */
  void endPostcopy();

  /**
   * Begins to write what the device must remember (SET_DEVICE_STATE_FD, save); all queues are
   * stopped.
   *
   * @param descriptor owned by the session from now on, also when it throws
   */
  void saveState(int descriptor) throws ProtocolException;

  /** Begins to read it (SET_DEVICE_STATE_FD, load); the same holds. */
  void loadState(int descriptor) throws ProtocolException;

  /** Waits for the end of the transfer, and throws if it failed (CHECK_DEVICE_STATE). */
  void checkState() throws ProtocolException;
}

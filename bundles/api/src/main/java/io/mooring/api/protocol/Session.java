package io.mooring.api.protocol;

import io.mooring.api.memory.Region;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What one connected front-end has said so far, and the changes that a message may ask for. Owned
 * by the port; the connection's thread calls it. A change that touches running queues has taken
 * effect on the worker when the method returns.
 */
@ProviderType
public interface Session {

  /** The port's name, for logs. */
  String port();

  /** The virtio features that the port offers (with VHOST_USER_F_PROTOCOL_FEATURES). */
  long offeredFeatures();

  /** The acknowledged virtio features; 0 before. */
  long features();

  /** The driver acknowledged features; a subset of the offered ones. */
  void features(long acknowledged) throws ProtocolException;

  /** The protocol features that the port offers. */
  long offeredProtocolFeatures();

  /** The acknowledged protocol features; 0 before. */
  long protocolFeatures();

  void protocolFeatures(long acknowledged);

  /** How many virtqueues the port has; a queue's index is below. */
  int maxQueues();

  /** What GET_QUEUE_NUM answers: for a net device, queue pairs. */
  int queueNumber();

  /** The largest ring that the port's profile allows, in descriptors. */
  int maxRing();

  /** How many memory regions the port may have. */
  int memorySlots();

  /**
   * Stops all queues until the front-end starts them anew (RESET_OWNER, SET_STATUS 0). Memory and
   * what was negotiated stay.
   */
  void reset();

  /**
   * Replaces all regions.
   *
   * @param descriptors one a region, owned by the session from now on, also when it throws
   */
  void memory(List<Region> regions, int[] descriptors) throws ProtocolException;

  /**
   * Adds a region; adding the very same again changes nothing. The descriptor is the session's from
   * now on, also when it throws.
   */
  void addRegion(Region region, int descriptor) throws ProtocolException;

  /**
   * Removes the region with the same guest address, user address and size. Where there is no region
   * at all, nothing changes; another one that overlaps is a fault.
   */
  void removeRegion(Region region) throws ProtocolException;

  /**
   * A queue.
   *
   * @param index below {@link #maxQueues()}
   */
  QueueSession queue(int index);

  /** The device status byte (virtio 1.3, section 2.1) as last set. */
  int status();

  void status(int status);

  /** The MTU that the front-end wants for this port, in bytes. */
  void mtu(int bytes) throws ProtocolException;

  /** The guest has arrived with this MAC address: tell the network (SEND_RARP). */
  void announce(long mac);
}

package io.mooring.api.protocol;

import io.mooring.api.memory.Iotlb;
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

  /**
   * A request was refused, and the front-end was told; for the log. The connection goes on, and so
   * may the front-end, without end.
   */
  void refused(String reason);

  /** The virtio features that the port offers (with VHOST_USER_F_PROTOCOL_FEATURES). */
  long offeredFeatures();

  /** The interface that the port offers (GET_PROFILE). */
  OfferedProfile profile() throws ProtocolException;

  /**
   * Offers another interface from now on (SET_PROFILE); before the driver acknowledged features,
   * and before there is memory or a queue.
   *
   * @param wanted a profile's name, an alias, or a list of values, in printable ASCII
   * @throws ProtocolException when it cannot be had; then nothing has changed
   */
  void profile(String wanted) throws ProtocolException;

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

  /** Stops all queues; they go on when they are started again (RESET_OWNER). */
  void stop();

  /**
   * Resets the device (RESET_DEVICE, SET_STATUS 0): its queues are stopped and disabled until the
   * front-end has said all of them anew; status, inflight buffer and what an IOMMU maps are
   * forgotten. Memory, descriptors that call, and what was negotiated stay.
   */
  void reset();

  /**
   * Replaces all regions.
   *
   * @param descriptors one a region, owned by the session from now on, also when it throws
   * @return during post-copy, the same regions, with this process's addresses for user addresses,
   *     for the front-end to know; otherwise none
   */
  List<Region> memory(List<Region> regions, int[] descriptors) throws ProtocolException;

  /**
   * Adds a region; adding the very same again changes nothing.
   *
   * @param descriptor the session's from now on, also when it throws
   * @return as {@link #memory} does
   */
  List<Region> addRegion(Region region, int descriptor) throws ProtocolException;

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

  /** Maps I/O virtual addresses (IOTLB_MSG, update). */
  void map(Iotlb.Entry entry) throws ProtocolException;

  /** Forgets mappings that share a byte with a range (IOTLB_MSG, invalidate). */
  void unmap(long iova, long size) throws ProtocolException;

  /** The inflight buffer. */
  InflightSession inflight();

  /** Requests for a VM that moves. */
  MigrationSession migration();

  /**
   * The socket for requests of the back-end.
   *
   * @param descriptor owned by the session from now on, also when it throws
   */
  void backend(int descriptor) throws ProtocolException;

  /** The device's configuration space. */
  byte[] configuration() throws ProtocolException;

  /**
   * Writes to the configuration space.
   *
   * @param migration whether the front-end restores what another back-end had, rather than the
   *     driver writes
   */
  void configure(int offset, byte[] bytes, boolean migration) throws ProtocolException;

  /** The device status byte (virtio 1.3, section 2.1) as last set. */
  int status();

  void status(int status);

  /** The MTU that the front-end wants for this port, in bytes. */
  void mtu(int bytes) throws ProtocolException;

  /** The guest has arrived with this MAC address: tell the network (SEND_RARP). */
  void announce(long mac);
}

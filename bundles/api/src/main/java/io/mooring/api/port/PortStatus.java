package io.mooring.api.port;

import java.util.List;
import java.util.Map;

/**
 * A picture of a port.
 *
 * @param name the port's name
 * @param state the {@link PortState}
 * @param error why it failed or is parked, else empty
 * @param socket the socket's path, or the template with {@code %p} of one a profile
 * @param sockets the paths that listen, by profile; none without a template
 * @param mode {@code server} or {@code client}
 * @param device the device type
 * @param linkUp whether the operator lets the device have its link
 * @param profile the profile that it offers; empty while parked, and while nobody chose a socket
 * @param offeredFeatures virtio features offered
 * @param features virtio features acknowledged
 * @param protocolFeatures protocol features acknowledged
 * @param peer process id of the front-end, 0 when none is connected
 * @param worker the worker that serves it
 * @param workerBusyNanos nanoseconds that the worker spent in turns that moved something, for this
 *     port or for others
 * @param settings the rest of its settings: {@code switch}, {@code mtu}
 * @param regions memory regions mapped
 * @param memoryBytes bytes of guest memory mapped
 * @param queues the queues that the front-end has touched
 * @param counters the device's counters
 * @param rooms who serves the port now, room by room; a room that is not there is missing
 * @param note what an operator should know besides: why a swap was taken back; mostly empty
 */
public record PortStatus(
    String name,
    PortState state,
    String error,
    String socket,
    Map<String, String> sockets,
    String mode,
    String device,
    boolean linkUp,
    String profile,
    long offeredFeatures,
    long features,
    long protocolFeatures,
    long peer,
    String worker,
    long workerBusyNanos,
    Map<String, String> settings,
    int regions,
    long memoryBytes,
    List<QueueStatus> queues,
    Map<String, Long> counters,
    List<Room> rooms,
    String note) {

  /**
   * A room as a port has it.
   *
   * @param name the room's short name: {@code virtqueue}, {@code net}
   * @param bundle symbolic name of the bundle that provides it
   * @param version of that bundle
   * @param bundleId of that bundle
   */
  public record Room(String name, String bundle, String version, long bundleId) {}

  /**
   * A picture of a queue.
   *
   * @param index the queue's number at its port
   * @param size in descriptors
   * @param enabled as the front-end last said
   * @param running whether the worker serves it
   * @param base where the next chain is taken
   * @param used address of the used ring (packed: of the device's event suppression) as the
   *     front-end names it
   */
  public record QueueStatus(
      int index, int size, boolean enabled, boolean running, int base, long used) {}
}

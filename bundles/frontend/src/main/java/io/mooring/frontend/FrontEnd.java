package io.mooring.frontend;

import static io.mooring.frontend.Client.payload;
import static io.mooring.frontend.Client.u64;

import io.mooring.api.memory.Region;
import io.mooring.api.os.Os;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.Request;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Transport;
import io.mooring.api.virtio.RingFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A vhost-user front-end, as a VMM has one: one connection, a guest's memory and its virtqueues. In
 * the order of use: {@link #negotiate}, {@link #share}, {@link #queue}, {@link #driverOk}. One
 * thread uses it.
 */
public final class FrontEnd implements AutoCloseable {

  /** Virtio device status (virtio 1.3, section 2.1): a driver was found and knows the device. */
  private static final int STATUS_DRIVER = 1 | 2;

  private static final int STATUS_FEATURES_OK = 8;
  private static final int STATUS_DRIVER_OK = 4;

  private static final int REGION_BYTES = 32;

  private final Os os;
  private final Client client;
  private final List<Vring> vrings = new ArrayList<>();
  private GuestRam ram;
  private long offered;
  private long features;
  private long offeredProtocol;
  private long protocol;
  private Optional<String> wish = Optional.empty();

  private FrontEnd(Os os, Client client) {
    this.os = os;
    this.client = client;
  }

  /** Connects to a back-end that listens. */
  public static FrontEnd connect(Os os, Transport transport, Path socket) throws IOException {
    return over(os, transport.connect(socket), Client.TIMEOUT);
  }

  /**
   * Uses a connection, for instance of a back-end that connected to us.
   *
   * @param timeout for each answer
   */
  public static FrontEnd over(Os os, Connection connection, Duration timeout) {
    return new FrontEnd(os, new Client(connection, os, timeout));
  }

  /** The wire, for messages that a good front-end would not send. */
  public Client client() {
    return client;
  }

  /**
   * Wishes for an interface, by a profile's name or by values; {@link #negotiate} then asks for it
   * before it asks what is offered, and fails where it is refused or the back-end knows none.
   */
  public void wish(String profile) {
    wish = Optional.of(profile);
  }

  /**
   * Takes of the offered features what is wanted, and becomes the owner.
   *
   * @param wanted virtio features
   * @param wantedProtocol protocol features
   */
  public void negotiate(long wanted, long wantedProtocol) throws IOException {
    offered = client.askNumber(Request.GET_FEATURES);
    if (RingFeature.PROTOCOL_FEATURES.in(offered)) {
      offeredProtocol = client.askNumber(Request.GET_PROTOCOL_FEATURES);
      long wished = wish.isPresent() ? ProtocolFeature.PROFILE.mask() : 0;
      protocol = offeredProtocol & (wantedProtocol | wished);
      client.tell(Request.SET_PROTOCOL_FEATURES, u64(protocol));
      client.acknowledged(ProtocolFeature.REPLY_ACK.in(protocol));
    }
    if (wish.isPresent()) {
      askFor(wish.get());
      offered = client.askNumber(Request.GET_FEATURES);
    }
    features = offered & (wanted | RingFeature.PROTOCOL_FEATURES.mask());
    client.tell(Request.SET_OWNER, payload(0));
    status(STATUS_DRIVER);
    client.tell(Request.SET_FEATURES, u64(features));
    status(STATUS_DRIVER | STATUS_FEATURES_OK);
  }

  private void askFor(String profile) throws IOException {
    switch (ProfileAnswer.ask(client, offeredProtocol, profile)) {
      case ProfileAnswer.Taken _ -> {}
      case ProfileAnswer.Refused(String reason) ->
          throw new IOException("the back-end refuses profile %s: %s".formatted(profile, reason));
      case ProfileAnswer.Unknown _ ->
          throw new IOException(
              "the back-end cannot be asked for profile %s: it does not offer PROFILE"
                  .formatted(profile));
    }
  }

  /** The virtio features that the back-end offers. */
  public long offered() {
    return offered;
  }

  /** The virtio features that were agreed. */
  public long features() {
    return features;
  }

  /** The protocol features that the back-end offers. */
  public long offeredProtocol() {
    return offeredProtocol;
  }

  /** The protocol features that were agreed. */
  public long protocolFeatures() {
    return protocol;
  }

  /**
   * Gives the guest's memory to the back-end: region by region where it takes that, else as one
   * table. The front-end owns the memory from now on.
   */
  public void share(GuestRam memory) throws IOException {
    ram = memory;
    if (ProtocolFeature.CONFIGURE_MEM_SLOTS.in(protocol)) {
      for (GuestRam.Block block : memory.blocks()) {
        announce(block);
      }
    } else {
      shareTable();
    }
  }

  /** Sends all blocks as one table (SET_MEM_TABLE), whatever was sent before. */
  public void shareTable() throws IOException {
    List<GuestRam.Block> blocks = ram.blocks();
    ByteBuffer table = payload(8 + blocks.size() * REGION_BYTES).putInt(blocks.size()).putInt(0);
    blocks.forEach(each -> put(table, each.region()));
    int[] descriptors = blocks.stream().mapToInt(GuestRam.Block::descriptor).toArray();
    client.tell(Request.SET_MEM_TABLE, table.flip(), descriptors);
  }

  /** Adds a block to the guest's memory while it runs (ADD_MEM_REG). */
  public GuestRam.Block plug(Region region) throws IOException {
    GuestRam.Block block = ram.add(region);
    announce(block);
    return block;
  }

  /** Takes a block away from the back-end (REM_MEM_REG) and then from the guest. */
  public void unplug(GuestRam.Block block) throws IOException {
    client.tell(Request.REM_MEM_REG, single(block.region()));
    ram.remove(block);
  }

  /** The guest's memory. */
  public GuestRam ram() {
    return ram;
  }

  /** Lays a virtqueue out in the guest's memory; the back-end hears of it when it starts. */
  public Vring queue(int index, int size) throws IOException {
    Vring vring = new Vring(os, client, ram, index, new DriverRing(ram, size, features));
    vrings.add(vring);
    return vring;
  }

  /** The driver is ready: the last step where a back-end follows the device status. */
  public void driverOk() throws IOException {
    status(STATUS_DRIVER | STATUS_FEATURES_OK | STATUS_DRIVER_OK);
  }

  /** Whether queues begin disabled, so that {@link Vring#enable} must be told. */
  public boolean queuesBeginDisabled() {
    return RingFeature.PROTOCOL_FEATURES.in(features);
  }

  /** Sets the device status where the back-end follows it. */
  public void status(int status) throws IOException {
    if (ProtocolFeature.STATUS.in(protocol)) {
      client.tell(Request.SET_STATUS, u64(status));
    }
  }

  /** Hangs up, as a VMM that dies does, and frees everything. */
  @Override
  public void close() {
    client.close();
    vrings.forEach(Vring::close);
    vrings.clear();
    if (ram != null) {
      ram.close();
    }
  }

  private void announce(GuestRam.Block block) throws IOException {
    client.tell(Request.ADD_MEM_REG, single(block.region()), block.descriptor());
  }

  private static ByteBuffer single(Region region) {
    ByteBuffer payload = payload(8 + REGION_BYTES).putLong(0);
    put(payload, region);
    return payload.flip();
  }

  private static void put(ByteBuffer into, Region region) {
    into.putLong(region.guestAddress())
        .putLong(region.size())
        .putLong(region.userAddress())
        .putLong(region.mmapOffset());
  }
}

package io.mooring.protocol;

import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.Region;
import io.mooring.api.protocol.InflightArea;
import io.mooring.api.protocol.InflightSession;
import io.mooring.api.protocol.MigrationSession;
import io.mooring.api.protocol.OfferedProfile;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.QueueSession;
import io.mooring.api.protocol.Session;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A port that writes down what it is told, in order, and which descriptors it was given. It insists
 * on what the handlers promise to have checked.
 */
final class FakeSession implements Session, InflightSession, MigrationSession {

  static final int QUEUES = 8;
  static final int RING = 1024;
  static final int SLOTS = 32;
  static final long OFFERED =
      RingFeature.VERSION_1.mask()
          | RingFeature.PROTOCOL_FEATURES.mask()
          | RingFeature.LOG_ALL.mask()
          | NetFeature.MRG_RXBUF.mask();

  /** What was called, as {@code name argument argument}. */
  final List<String> calls = new ArrayList<>();

  final List<Integer> descriptors = new ArrayList<>();

  /** A descriptor that the session made for an answer. */
  static final int MADE = 500;

  /** How far from the front-end's addresses memory is mapped here. */
  static final long HERE = 0x7000_0000;

  long features;
  boolean postcopy;
  long protocolFeatures = Requests.FEATURES;
  int status;

  /** What each change throws, if not null. */
  String refusal;

  /** What the log was told. */
  final List<String> refusals = new ArrayList<>();

  @Override
  public void refused(String reason) {
    refusals.add(reason);
  }

  private void told(String call, Object... arguments) throws ProtocolException {
    note(call, arguments);
    if (refusal != null) {
      throw new ProtocolException(refusal);
    }
  }

  private void note(String call, Object... arguments) {
    var line = new StringBuilder(call);
    for (Object each : arguments) {
      line.append(' ').append(each);
    }
    calls.add(line.toString());
  }

  private void owns(int... given) {
    for (int each : given) {
      if (each != -1) {
        descriptors.add(each);
      }
    }
  }

  FakeSession without(ProtocolFeature feature) {
    protocolFeatures &= ~feature.mask();
    return this;
  }

  @Override
  public String port() {
    return "a";
  }

  @Override
  public long offeredFeatures() {
    return OFFERED;
  }

  @Override
  public OfferedProfile profile() {
    return new OfferedProfile("a.v1", "device=net,max_ring=256");
  }

  @Override
  public void profile(String wanted) throws ProtocolException {
    told("profile", wanted);
  }

  @Override
  public long features() {
    return features;
  }

  @Override
  public void features(long acknowledged) throws ProtocolException {
    told("features", Long.toHexString(acknowledged));
    features = acknowledged;
  }

  @Override
  public long offeredProtocolFeatures() {
    return Requests.FEATURES;
  }

  @Override
  public long protocolFeatures() {
    return protocolFeatures;
  }

  @Override
  public void protocolFeatures(long acknowledged) {
    note("protocolFeatures", Long.toHexString(acknowledged));
    protocolFeatures = acknowledged;
  }

  @Override
  public int maxQueues() {
    return QUEUES;
  }

  @Override
  public int queueNumber() {
    return QUEUES / 2;
  }

  @Override
  public int maxRing() {
    return RING;
  }

  @Override
  public int memorySlots() {
    return SLOTS;
  }

  @Override
  public void stop() {
    note("stop");
  }

  @Override
  public void reset() {
    note("reset");
  }

  @Override
  public List<Region> memory(List<Region> regions, int[] given) throws ProtocolException {
    owns(given);
    if (regions.size() != given.length) {
      throw new AssertionError(
          "%d regions with %d descriptors".formatted(regions.size(), given.length));
    }
    told("memory", regions);
    return postcopy ? regions.stream().map(FakeSession::moved).toList() : List.of();
  }

  /** Where the region is mapped here. */
  private static Region moved(Region region) {
    return new Region(
        region.guestAddress(), region.size(), region.userAddress() + HERE, region.mmapOffset());
  }

  @Override
  public List<Region> addRegion(Region region, int given) throws ProtocolException {
    owns(given);
    told("addRegion", region);
    return postcopy ? List.of(moved(region)) : List.of();
  }

  @Override
  public void removeRegion(Region region) throws ProtocolException {
    told("removeRegion", region);
  }

  @Override
  public QueueSession queue(int index) {
    if (index < 0 || index >= QUEUES) {
      throw new AssertionError("asked for queue %d of %d".formatted(index, QUEUES));
    }
    return new FakeQueue(index);
  }

  @Override
  public void map(Iotlb.Entry entry) throws ProtocolException {
    told("map", entry.iova(), entry.size(), entry.userAddress(), entry.permissions());
  }

  @Override
  public void unmap(long iova, long size) throws ProtocolException {
    told("unmap", iova, size);
  }

  @Override
  public InflightSession inflight() {
    return this;
  }

  @Override
  public InflightArea make(int queues, int queueSize) throws ProtocolException {
    told("make", queues, queueSize);
    return new InflightArea(0x3000, 0x1000, queues, queueSize, MADE);
  }

  @Override
  public void take(InflightArea area) throws ProtocolException {
    owns(area.descriptor());
    told("take", area.size(), area.offset(), area.queues(), area.queueSize());
  }

  @Override
  public MigrationSession migration() {
    return this;
  }

  @Override
  public void log(long size, long offset, int descriptor) throws ProtocolException {
    owns(descriptor);
    told("log", size, offset);
  }

  @Override
  public int advisePostcopy() throws ProtocolException {
    told("advisePostcopy");
    return MADE;
  }

  @Override
  public void listenPostcopy() throws ProtocolException {
    told("listenPostcopy");
  }

  @Override
  public void beginPostcopy() throws ProtocolException {
    told("beginPostcopy");
  }

  @Override
  public void endPostcopy() {
    note("endPostcopy");
  }

  @Override
  public void saveState(int descriptor) throws ProtocolException {
    owns(descriptor);
    told("saveState");
  }

  @Override
  public void loadState(int descriptor) throws ProtocolException {
    owns(descriptor);
    told("loadState");
  }

  @Override
  public void checkState() throws ProtocolException {
    told("checkState");
  }

  @Override
  public void backend(int descriptor) throws ProtocolException {
    owns(descriptor);
    told("backend");
  }

  @Override
  public byte[] configuration() throws ProtocolException {
    told("configuration");
    return new byte[] {10, 11, 12, 13};
  }

  @Override
  public void configure(int offset, byte[] bytes, boolean migration) throws ProtocolException {
    told("configure", offset, Arrays.toString(bytes), migration);
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public void status(int value) {
    note("status", value);
    status = value;
  }

  @Override
  public void mtu(int bytes) throws ProtocolException {
    told("mtu", bytes);
  }

  @Override
  public void announce(long mac) {
    note("announce", Long.toHexString(mac));
  }

  private final class FakeQueue implements QueueSession {

    private final int index;

    FakeQueue(int index) {
      this.index = index;
    }

    @Override
    public void size(int count) throws ProtocolException {
      told("size", index, count);
    }

    @Override
    public void base(int position) throws ProtocolException {
      told("base", index, position);
    }

    @Override
    public void addresses(long descriptorTable, long used, long available, long usedLog)
        throws ProtocolException {
      told("addresses", index, descriptorTable, used, available, usedLog);
    }

    @Override
    public void kick(int descriptor) throws ProtocolException {
      owns(descriptor);
      told("kick", index, descriptor);
    }

    @Override
    public void call(int descriptor) throws ProtocolException {
      owns(descriptor);
      told("call", index, descriptor);
    }

    @Override
    public void error(int descriptor) throws ProtocolException {
      owns(descriptor);
      told("error", index, descriptor);
    }

    @Override
    public void kicked() throws ProtocolException {
      told("kicked", index);
    }

    @Override
    public void enable(boolean enabled) throws ProtocolException {
      told("enable", index, enabled);
    }

    @Override
    public int stop() {
      note("stop", index);
      return 0x1234;
    }
  }
}

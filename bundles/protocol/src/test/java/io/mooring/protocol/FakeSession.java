package io.mooring.protocol;

import io.mooring.api.memory.Region;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.protocol.QueueSession;
import io.mooring.api.protocol.Session;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtio.RingFeature;
import java.util.ArrayList;
import java.util.List;

/**
 * A port that writes down what it is told, in order, and which descriptors it was given. It insists
 * on what the handlers promise to have checked.
 */
final class FakeSession implements Session {

  static final int QUEUES = 8;
  static final int RING = 1024;
  static final int SLOTS = 32;
  static final long OFFERED =
      RingFeature.VERSION_1.mask()
          | RingFeature.PROTOCOL_FEATURES.mask()
          | NetFeature.MRG_RXBUF.mask();

  /** What was called, as {@code name argument argument}. */
  final List<String> calls = new ArrayList<>();

  final List<Integer> descriptors = new ArrayList<>();

  long features;
  long protocolFeatures = Requests.FEATURES;
  int status;

  /** What each change throws, if not null. */
  String refusal;

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
  public void reset() {
    note("reset");
  }

  @Override
  public void memory(List<Region> regions, int[] given) throws ProtocolException {
    owns(given);
    if (regions.size() != given.length) {
      throw new AssertionError(
          "%d regions with %d descriptors".formatted(regions.size(), given.length));
    }
    told("memory", regions);
  }

  @Override
  public void addRegion(Region region, int given) throws ProtocolException {
    owns(given);
    told("addRegion", region);
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
    public void addresses(long descriptorTable, long used, long available)
        throws ProtocolException {
      told("addresses", index, descriptorTable, used, available);
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

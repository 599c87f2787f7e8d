package io.mooring.protocol;

import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.Region;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
import io.mooring.api.virtio.RingFeature;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Requests that change the memory regions or what an IOMMU maps to them. */
final class Memory {

  private static final int REGION_BYTES = 32;
  private static final int IOTLB_UPDATE = 2;
  private static final int IOTLB_INVALIDATE = 3;

  private Memory() {}

  static Optional<Message> table(Message message, Session session) throws ProtocolException {
    ByteBuffer payload = message.payload();
    if (payload.remaining() == Long.BYTES) {
      return beginPostcopy(message, session);
    }
    int count = payload.getInt();
    payload.getInt();
    if (count < 1 || payload.remaining() < (long) count * REGION_BYTES) {
      throw new ProtocolException(
          "SET_MEM_TABLE says %d regions, its payload has room for %d"
              .formatted(Integer.toUnsignedLong(count), payload.remaining() / REGION_BYTES));
    }
    if (message.descriptorCount() != count) {
      throw new ProtocolException(
          "SET_MEM_TABLE has %d regions and %d descriptors, each region needs one"
              .formatted(count, message.descriptorCount()));
    }
    List<Region> regions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Region region = region(payload);
      for (Region other : regions) {
        if (region.overlaps(other)) {
          throw new ProtocolException("SET_MEM_TABLE: %s overlaps %s".formatted(region, other));
        }
      }
      regions.add(region);
    }
    List<Region> mapped = session.memory(regions, message.claim());
    if (mapped.isEmpty()) {
      return Optional.empty();
    }
    ByteBuffer answer = Requests.payload(8 + mapped.size() * REGION_BYTES);
    answer.putInt(mapped.size()).putInt(0);
    mapped.forEach(each -> put(answer, each));
    return Requests.reply(message, answer);
  }

  /** The front-end has read where the regions are mapped. */
  private static Optional<Message> beginPostcopy(Message message, Session session)
      throws ProtocolException {
    long value = message.payload().getLong();
    if (value != 0 || message.descriptorCount() > 0) {
      throw new ProtocolException(
          "%s acknowledges with 0x%x and %d descriptors, allowed are 0 and none"
              .formatted(Requests.name(message), value, message.descriptorCount()));
    }
    session.migration().beginPostcopy();
    return Optional.empty();
  }

  static Optional<Message> add(Message message, Session session) throws ProtocolException {
    if (message.payload().remaining() == Long.BYTES) {
      return beginPostcopy(message, session);
    }
    message.payload().getLong();
    Region region = region(message.payload());
    if (message.descriptorCount() != 1) {
      throw new ProtocolException("ADD_MEM_REG has no descriptor, it needs one");
    }
    List<Region> mapped = session.addRegion(region, message.claim()[0]);
    if (mapped.isEmpty()) {
      return Optional.empty();
    }
    ByteBuffer answer = Requests.payload(8 + REGION_BYTES).putLong(0);
    put(answer, mapped.getFirst());
    return Requests.reply(message, answer);
  }

  static void remove(Message message, Session session) throws ProtocolException {
    if (message.payload().remaining() == Long.BYTES) {
      throw new ProtocolException("REM_MEM_REG has a payload of 8 bytes, it takes 40 bytes");
    }
    message.payload().getLong();
    session.removeRegion(region(message.payload()));
  }

  /** "IOMMU support". */
  static void iotlb(Message message, Session session) throws ProtocolException {
    if (!RingFeature.ACCESS_PLATFORM.in(session.features())) {
      throw new ProtocolException(
          "IOTLB_MSG needs feature ACCESS_PLATFORM, which was not acknowledged");
    }
    ByteBuffer payload = message.payload();
    long iova = payload.getLong();
    long size = payload.getLong();
    long user = payload.getLong();
    int permissions = Byte.toUnsignedInt(payload.get());
    int type = Byte.toUnsignedInt(payload.get());
    switch (type) {
      case IOTLB_UPDATE -> session.map(entry(iova, size, user, permissions));
      case IOTLB_INVALIDATE -> session.unmap(iova, size);
      default ->
          throw new ProtocolException(
              "IOTLB_MSG of type %d: allowed are 2 (update) and 3 (invalidate)".formatted(type));
    }
  }

  private static Iotlb.Entry entry(long iova, long size, long user, int permissions)
      throws ProtocolException {
    if (permissions > (Iotlb.READ | Iotlb.WRITE)) {
      throw new ProtocolException(
          "IOTLB_MSG with permissions %d: allowed are 0 to 3".formatted(permissions));
    }
    try {
      return new Iotlb.Entry(iova, size, user, permissions);
    } catch (IllegalArgumentException wrong) {
      throw new ProtocolException(wrong.getMessage(), wrong);
    }
  }

  private static void put(ByteBuffer answer, Region region) {
    answer.putLong(region.guestAddress()).putLong(region.size());
    answer.putLong(region.userAddress()).putLong(region.mmapOffset());
  }

  private static Region region(ByteBuffer payload) {
    return new Region(payload.getLong(), payload.getLong(), payload.getLong(), payload.getLong());
  }
}

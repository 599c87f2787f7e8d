package io.mooring.protocol;

import io.mooring.api.memory.Region;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.Session;
import io.mooring.api.transport.Message;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Requests that change the memory regions. */
final class Memory {

  private static final int REGION_BYTES = 32;

  private Memory() {}

  static void table(Message message, Session session) throws ProtocolException {
    ByteBuffer payload = message.payload();
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
    session.memory(regions, message.claim());
  }

  static void add(Message message, Session session) throws ProtocolException {
    message.payload().getLong();
    Region region = region(message.payload());
    if (message.descriptorCount() != 1) {
      throw new ProtocolException("ADD_MEM_REG has no descriptor, it needs one");
    }
    session.addRegion(region, message.claim()[0]);
  }

  static void remove(Message message, Session session) throws ProtocolException {
    message.payload().getLong();
    session.removeRegion(region(message.payload()));
  }

  private static Region region(ByteBuffer payload) {
    return new Region(payload.getLong(), payload.getLong(), payload.getLong(), payload.getLong());
  }
}

package io.mooring.net;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a device leaves to the one that takes its place: counters by name, and the addresses that
 * its switch has learned at it. Another version may have other counters.
 *
 * @param counters as {@link Counters#asMap} has them
 * @param addresses by MAC address, the seconds since it was last seen
 */
record HandOver(Map<String, Long> counters, Map<Long, Integer> addresses) {

  private static final int FORM = 1;

  byte[] bytes() {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(FORM);
      out.writeShort(counters.size());
      for (Map.Entry<String, Long> counter : counters.entrySet()) {
        out.writeUTF(counter.getKey());
        out.writeLong(counter.getValue());
      }
      out.writeShort(addresses.size());
      for (Map.Entry<Long, Integer> address : new TreeMap<>(addresses).entrySet()) {
        out.writeLong(address.getKey());
        out.writeInt(address.getValue());
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /** Reads what {@link #bytes} wrote; of another form or cut short, it is as far as it is known. */
  static HandOver of(byte[] bytes) {
    var read = new HandOver(new HashMap<>(), new HashMap<>());
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (bytes.length == 0 || in.readByte() != FORM) {
        return read;
      }
      for (int left = in.readUnsignedShort(); left > 0; left--) {
        read.counters.put(in.readUTF(), in.readLong());
      }
      for (int left = in.readUnsignedShort(); left > 0; left--) {
        read.addresses.put(in.readLong(), in.readInt());
      }
    } catch (IOException cut) {
      return read;
    }
    return read;
  }
}

package io.mooring.net;

import io.mooring.api.memory.HostMemory;

/**
 * Cuts a large UDP datagram into IP fragments, for receivers that did not take it whole
 * (VIRTIO_NET_HDR_GSO_UDP): the datagram keeps its one UDP header and its checksum, all fragments
 * one identification (RFC 791, section 3.2; RFC 8200, section 4.5).
 */
final class UdpFragments {

  private static final int FRAGMENT = 44;
  private static final int FRAGMENT_HEADER = 8;
  private static final int DO_NOT_FRAGMENT = 0x4000;
  private static final int MORE_FRAGMENTS = 0x2000;
  private static final int FRAGMENTED = 0x3fff;
  private static final int UDP_HEADER = 8;

  private static final int END_OF_OPTIONS = 0;
  private static final byte NO_OPERATION = 1;
  private static final int COPIED = 0x80;

  /** For datagrams that brought no identification of their own. */
  private int identification = (int) System.nanoTime();

  /**
   * Cuts a datagram.
   *
   * @param whole the frame, its checksum complete
   * @param transport where the UDP header begins
   * @param wanted IP payload bytes that a fragment may have
   * @param to where the fragments are made; room for all of them and their headers
   * @param made gets the fragments; none when the datagram is not what its header says
   */
  void cut(long whole, int length, int transport, int wanted, long to, Frames made) {
    int network = IpPacket.networkOffset(whole);
    int size = wanted & -8;
    int payload = length - transport;
    if (size == 0
        || payload < UDP_HEADER
        || Math.ceilDiv(payload, size) > made.capacity()
        || transport < network + IpPacket.IPV4_HEADER) {
      return;
    }
    switch (IpPacket.big16(whole + network - 2)) {
      case IpPacket.IPV4 -> {
        if (IpPacket.carries(whole + network, transport - network, IpPacket.UDP)
            && (IpPacket.big16(whole + network + 6) & FRAGMENTED) == 0) {
          cutIpv4(whole, network, transport, payload, size, to, made);
        }
      }
      case IpPacket.IPV6 -> {
        // A header between the two might not be for every fragment to have.
        if (transport == network + IpPacket.IPV6_HEADER
            && HostMemory.getByte(whole + network + 6) == IpPacket.UDP) {
          cutIpv6(whole, network, payload, size, to, made);
        }
      }
      default -> {}
    }
  }

  private void cutIpv4(
      long whole, int network, int header, int payload, int size, long to, Frames made) {
    boolean nameless = (IpPacket.big16(whole + network + 6) & DO_NOT_FRAGMENT) != 0;
    int id = nameless ? identification++ : IpPacket.big16(whole + network + 4);
    long at = to;
    for (int done = 0; done < payload; done += size) {
      int part = Math.min(size, payload - done);
      HostMemory.copy(whole, at, header);
      HostMemory.copy(whole + header + done, at + header, part);
      IpPacket.putBig16(at + network + 4, id);
      IpPacket.putBig16(at + network + 6, done / 8 | (done + part < payload ? MORE_FRAGMENTS : 0));
      if (done > 0) {
        dropOptions(at + network, header - network);
      }
      IpPacket.finishIpv4(at + network, header - network, part);
      made.add(at, header + part);
      at += header + part;
    }
  }

  /** Options that are not for every fragment are in the first only (RFC 791, section 3.1). */
  private static void dropOptions(long network, int headerBytes) {
    int at = IpPacket.IPV4_HEADER;
    while (at < headerBytes) {
      int type = HostMemory.getByte(network + at);
      if (type == END_OF_OPTIONS) {
        return;
      }
      int bytes = 1;
      if (type != NO_OPERATION) {
        bytes = at + 1 < headerBytes ? HostMemory.getByte(network + at + 1) & 0xff : 0;
        if (bytes < 2 || at + bytes > headerBytes) {
          return;
        }
      }
      for (int i = at; (type & COPIED) == 0 && i < at + bytes; i++) {
        HostMemory.putByte(network + i, NO_OPERATION);
      }
      at += bytes;
    }
  }

  private void cutIpv6(long whole, int network, int payload, int size, long to, Frames made) {
    int header = network + IpPacket.IPV6_HEADER;
    int id = identification++;
    long at = to;
    for (int done = 0; done < payload; done += size) {
      int part = Math.min(size, payload - done);
      long fragment = at + header;
      HostMemory.copy(whole, at, header);
      IpPacket.putBig16(at + network + 4, FRAGMENT_HEADER + part);
      HostMemory.putByte(at + network + 6, (byte) FRAGMENT);
      HostMemory.putShort(fragment, IpPacket.UDP);
      IpPacket.putBig16(fragment + 2, done | (done + part < payload ? 1 : 0));
      HostMemory.putInt(fragment + 4, Integer.reverseBytes(id));
      HostMemory.copy(whole + header + done, fragment + FRAGMENT_HEADER, part);
      made.add(at, header + FRAGMENT_HEADER + part);
      at += header + FRAGMENT_HEADER + part;
    }
  }
}

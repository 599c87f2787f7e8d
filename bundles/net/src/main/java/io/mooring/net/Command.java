package io.mooring.net;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.virtqueue.Chains;

/** The bytes that a driver gave with a command, read once each, from first to last. */
final class Command {

  private final Chains chains;
  private int segment;
  private int offset;
  private int left;

  Command(Chains chains) {
    this.chains = chains;
  }

  /** Begins to read a chain. */
  void begin(int chain) {
    segment = chains.first[chain];
    offset = 0;
    left = chains.readableBytes[chain];
  }

  /** Bytes not read yet. */
  int left() {
    return left;
  }

  /** The next bytes as a little-endian number; there are as many, and at most 8. */
  long number(int bytes) {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (HostMemory.getByte(chains.address[segment] + offset) & 0xffL) << (Byte.SIZE * i);
      advance();
    }
    left -= bytes;
    return value;
  }

  private void advance() {
    offset++;
    if (offset == chains.length[segment]) {
      segment++;
      offset = 0;
    }
  }
}

package io.mooring.net;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.virtio.NetFeature;
import io.mooring.api.virtqueue.Chains;
import java.lang.foreign.Arena;

/**
 * Reads the frames of a burst of transmit chains: headers once, every length checked, nothing
 * copied but what is split oddly.
 */
final class FrameReader {

  private static final long MAC = 0xffff_ffff_ffffL;
  private static final int SCRATCH_BYTES = NetHeader.HASH_BYTES + Frames.ETHERNET_BYTES;

  private final Arena arena = Arena.ofAuto();
  private final long scratch = arena.allocate(SCRATCH_BYTES + 8L, 8).address();

  private int headerBytes = NetHeader.BYTES;

  /** What the sender may leave undone. */
  private int allowed = Offloads.NONE;

  /**
   * Whether a header can ask for anything. One that cannot is not read: it stays in the driver's
   * cache.
   */
  private boolean offloads;

  /** The sender's features: which header its frames have and which offloads it may ask for. */
  void negotiated(long acknowledged, int bytes) {
    allowed = Offloads.ofSender(acknowledged);
    offloads = NetFeature.CSUM.in(acknowledged);
    headerBytes = bytes;
  }

  /** Fills {@code frames}, one a chain; a chain that holds no valid frame gets length 0. */
  void read(Chains chains, Frames frames) {
    int count = chains.count;
    frames.count = count;
    frames.address = chains.address;
    frames.segmentLength = chains.length;
    for (int i = 0; i < count; i++) {
      int bytes = chains.readableBytes[i] - headerBytes;
      if (bytes < Frames.ETHERNET_BYTES || bytes > Frames.MAX_BYTES) {
        frames.length[i] = 0;
        continue;
      }
      frames.length[i] = bytes;
      int first = chains.first[i];
      int firstLength = chains.length[first];
      if (firstLength >= headerBytes + Frames.ETHERNET_BYTES) {
        long header = chains.address[first];
        set(frames, i, first, headerBytes, header, header + headerBytes);
      } else if (firstLength == headerBytes && chains.length[first + 1] >= Frames.ETHERNET_BYTES) {
        set(frames, i, first + 1, 0, chains.address[first], chains.address[first + 1]);
      } else {
        gather(chains, frames, i, first);
      }
    }
  }

  private void set(Frames frames, int i, int segment, int offset, long header, long frame) {
    frames.segment[i] = segment;
    frames.offset[i] = offset;
    frames.destination[i] = HostMemory.getLong(frame) & MAC;
    frames.source[i] = HostMemory.getLong(frame + 6) & MAC;
    frames.header[i] = 0;
    if (!offloads) {
      return;
    }
    long word = HostMemory.getLong(header);
    if (!NetHeader.plain(word)) {
      int checksumOffset = HostMemory.getUnsignedShort(header + 8);
      if (valid(word, checksumOffset, frames.length[i])) {
        // DATA_VALID and RSC_INFO are the device's to set, not a driver's.
        frames.header[i] = (word & ~0xffL) | (word & NetHeader.NEEDS_CSUM);
        frames.checksumOffset[i] = checksumOffset;
      } else {
        frames.length[i] = 0;
      }
    }
  }

  private boolean valid(long word, int checksumOffset, int length) {
    int gso = NetHeader.gsoType(word);
    if (!NetHeader.needsChecksum(word)) {
      return gso == NetHeader.GSO_NONE;
    }
    int start = NetHeader.checksumStart(word);
    return start >= Frames.ETHERNET_BYTES
        && start + checksumOffset + 2 <= length
        && Offloads.has(allowed, gso)
        && (gso == NetHeader.GSO_NONE || NetHeader.gsoSize(word) > 0);
  }

  /** A header or Ethernet header that is spread over segments in a way of its own. */
  private void gather(Chains chains, Frames frames, int i, int first) {
    int segment = first;
    int offset = 0;
    for (int done = 0; done < headerBytes + Frames.ETHERNET_BYTES; ) {
      int part =
          Math.min(chains.length[segment] - offset, headerBytes + Frames.ETHERNET_BYTES - done);
      // Up to the end of the header only, so that the frame's own first byte is found.
      part = done < headerBytes ? Math.min(part, headerBytes - done) : part;
      HostMemory.copy(chains.address[segment] + offset, scratch + done, part);
      done += part;
      offset += part;
      if (done == headerBytes) {
        boolean ended = offset == chains.length[segment];
        frames.segment[i] = ended ? segment + 1 : segment;
        frames.offset[i] = ended ? 0 : offset;
      }
      if (offset == chains.length[segment]) {
        segment++;
        offset = 0;
      }
    }
    set(frames, i, frames.segment[i], frames.offset[i], scratch, scratch + headerBytes);
  }
}

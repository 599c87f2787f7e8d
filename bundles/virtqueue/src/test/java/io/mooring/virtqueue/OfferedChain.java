package io.mooring.virtqueue;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.api.memory.Iotlb;
import io.mooring.api.virtqueue.Chains;
import io.mooring.virtqueue.Driver.Buffer;
import java.util.List;

/**
 * A chain as the driver offered it.
 *
 * @param table where the indirect table is through which it was offered, or 0
 */
record OfferedChain(int token, List<Buffer> buffers, long table) {

  /** Checks that a chain of a burst is this one. */
  void assertTaken(Guest guest, Chains chains, int index) {
    int segment = chains.first[index];
    int offset = 0;
    int[] bytes = new int[2];
    for (Buffer buffer : buffers) {
      bytes[buffer.writable() ? 1 : 0] += buffer.length();
      for (int done = 0; done < buffer.length(); ) {
        long address = buffer.address() + done;
        int part = (int) Math.min(buffer.length() - done, Iommu.PAGE - address % Iommu.PAGE);
        part = Math.min(part, chains.length[segment] - offset);
        assertEquals(guest.host(address), chains.address[segment] + offset, "host address");
        boolean writable = segment >= chains.first[index] + chains.readable[index];
        assertEquals(buffer.writable(), writable, "whether the device may write");
        done += part;
        offset += part;
        if (offset == chains.length[segment]) {
          segment++;
          offset = 0;
        }
      }
    }
    assertEquals(segment, chains.first[index + 1], "segments of the chain");
    assertEquals(0, offset, "bytes that are not the driver's");
    assertEquals(bytes[0], chains.readableBytes[index], "readable bytes");
    assertEquals(bytes[1], chains.writableBytes[index], "writable bytes");
  }

  /** Whether an IOMMU lets the device have all of it, and the ring. */
  boolean allowed(Iommu iommu) {
    return iommu.allowsRing()
        && (table == 0 || iommu.allows(table, 16L * buffers.size(), Iotlb.READ))
        && buffers.stream()
            .allMatch(buffer ->
                iommu.allows(
                    buffer.address(),
                    buffer.length(),
                    buffer.writable() ? Iotlb.WRITE : Iotlb.READ));
  }
}

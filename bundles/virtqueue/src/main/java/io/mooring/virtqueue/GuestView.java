package io.mooring.virtqueue;

import io.mooring.api.memory.Iotlb;
import io.mooring.api.memory.MemoryTable;
import io.mooring.api.virtqueue.QueueException;

/**
 * The memory table as one queue sees it: what is not in it is the guest's fault, or with an IOMMU a
 * miss that the front-end is asked about.
 */
final class GuestView {

  private final int queue;
  private final AskedPages asked = new AskedPages();
  private MemoryTable table;

  GuestView(int queue, MemoryTable table) {
    this.queue = queue;
    this.table = table;
  }

  MemoryTable table() {
    return table;
  }

  void table(MemoryTable replacement) {
    table = replacement;
    asked.answered(replacement);
  }

  /**
   * Host address of a part of the ring.
   *
   * @return {@link MemoryTable#NONE} when it has to wait for a mapping, which was asked for
   */
  long ring(String part, long address, int alignment, long bytes, int permissions) {
    if (address % alignment != 0) {
      throw new QueueException(
          "queue %d: %s at 0x%x is not aligned to %d".formatted(queue, part, address, alignment));
    }
    long host = table.ringToHost(address, bytes, permissions);
    if (host != MemoryTable.NONE) {
      return host;
    }
    if (table.translated() && askUnmapped(address, bytes, permissions)) {
      return MemoryTable.NONE;
    }
    throw new QueueException(
        "queue %d: %s at 0x%x of %d bytes is not in one memory region"
            .formatted(queue, part, address, bytes));
  }

  /** Host address of an indirect descriptor, or {@link MemoryTable#NONE} when it has to wait. */
  long indirect(long address, int bytes) {
    if (table.translated() && askUnmapped(address, bytes, Iotlb.READ)) {
      return MemoryTable.NONE;
    }
    throw new QueueException(
        "queue %d: indirect descriptor at 0x%x is not in one piece of guest memory"
            .formatted(queue, address));
  }

  /** Asks for the first address of a range that is not mapped; false when all of it is. */
  private boolean askUnmapped(long address, long bytes, int permissions) {
    for (long done = 0; done < bytes; ) {
      int extent = table.extent(address + done, permissions);
      if (extent < 0) {
        ask(address + done, permissions);
        return true;
      }
      done = table.extentStart(extent) + table.extentSize(extent) - address;
    }
    return false;
  }

  /**
   * A part of a buffer is not in the table.
   *
   * @throws QueueException without an IOMMU
   */
  void missing(long at, long buffer, int length, int permissions) {
    if (!table.translated()) {
      throw new QueueException(
          "queue %d: buffer at 0x%x of %d bytes is not in guest memory"
              .formatted(queue, buffer, length));
    }
    ask(at, permissions);
  }

  private void ask(long address, int permissions) {
    if (asked.add(address, permissions)) {
      table.missing(address, permissions);
    }
  }
}

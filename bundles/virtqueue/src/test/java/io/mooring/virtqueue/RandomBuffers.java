package io.mooring.virtqueue;

import io.mooring.virtqueue.Driver.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Memory for random chains: places for indirect tables, and behind them anything for buffers. */
final class RandomBuffers {

  /** The most buffers of a chain. */
  static final int MOST = 6;

  private static final long TABLES_END = Guest.BUFFERS + 0x2_0000;
  private static final int TABLE_BYTES = 512;

  private final Random random;

  RandomBuffers(Random random) {
    this.random = random;
  }

  /** The place of a chain's own indirect table, or 0 for the chains that have none. */
  static long table(int token) {
    long place = Guest.BUFFERS + (long) TABLE_BYTES * token;
    return place < TABLES_END ? place : 0;
  }

  /** Buffers of a chain, some empty, readable before writable. */
  List<Buffer> list(int count) {
    int readable = random.nextInt(count + 1);
    List<Buffer> buffers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int length = random.nextInt(16) == 0 ? 0 : 1 + random.nextInt(3000);
      int room = (int) (Guest.END - TABLES_END) - length;
      // Many near the border of the regions.
      long address =
          random.nextInt(8) == 0
              ? Guest.GUEST + Guest.REGION - random.nextInt(length + 1)
              : TABLES_END + random.nextInt(room);
      buffers.add(new Buffer(address, length, i >= readable));
    }
    return buffers;
  }
}

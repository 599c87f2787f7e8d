package io.mooring.net;

/** The commands that configure hashes (virtio 1.3, sections 5.1.6.5.6.4 and 5.1.6.5.7). */
final class HashCommands {

  private static final int TYPES_BYTES = 4;
  private static final int RESERVED_BYTES = 8;
  private static final int ENTRY_BYTES = 2;

  /** The table's mask and the queue of what has no hash. */
  private static final int BEFORE_TABLE = 2 * ENTRY_BYTES;

  /** max_tx_vq and the key's length. */
  private static final int AFTER_TABLE = ENTRY_BYTES + 1;

  private final ControlState state;

  /** What a command says, before it is known to be right. */
  private final int[] table = new int[Steering.MOST_ENTRIES];

  private final byte[] key = new byte[FlowHash.KEY_BYTES];

  HashCommands(ControlState state) {
    this.state = state;
  }

  /** VIRTIO_NET_CTRL_MQ_RSS_CONFIG; returns whether it is right. */
  boolean steer(Command command, int maxPairs) {
    if (command.left() < TYPES_BYTES + BEFORE_TABLE) {
      return false;
    }
    long types = command.number(TYPES_BYTES);
    int length = (int) command.number(ENTRY_BYTES) + 1;
    int others = (int) command.number(ENTRY_BYTES);
    if (!supported(types)
        || length > Steering.MOST_ENTRIES
        || Integer.bitCount(length) != 1
        || others >= maxPairs
        || command.left() < length * ENTRY_BYTES + AFTER_TABLE) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      table[i] = (int) command.number(ENTRY_BYTES);
      if (table[i] >= maxPairs) {
        return false;
      }
    }
    int transmitQueues = (int) command.number(ENTRY_BYTES);
    if (transmitQueues < 1 || transmitQueues > maxPairs || !key(command)) {
      return false;
    }
    state.steering.hashes((int) types, key);
    state.steering.steer(length, table, others);
    return true;
  }

  /** VIRTIO_NET_CTRL_MQ_HASH_CONFIG; returns whether it is right. */
  boolean report(Command command) {
    if (command.left() < TYPES_BYTES + RESERVED_BYTES + 1) {
      return false;
    }
    long types = command.number(TYPES_BYTES);
    command.number(RESERVED_BYTES);
    if (!supported(types) || !key(command)) {
      return false;
    }
    state.steering.hashes((int) types, key);
    return true;
  }

  private static boolean supported(long types) {
    return (types & ~FlowHash.SUPPORTED) == 0;
  }

  /** The rest of a command: the key's length and the key; one that is short ends in zeros. */
  private boolean key(Command command) {
    int length = (int) command.number(1);
    if (length > FlowHash.KEY_BYTES || length != command.left()) {
      return false;
    }
    for (int i = 0; i < FlowHash.KEY_BYTES; i++) {
      key[i] = i < length ? (byte) command.number(1) : 0;
    }
    return true;
  }
}

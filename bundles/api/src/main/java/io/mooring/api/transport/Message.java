package io.mooring.api.transport;

import java.nio.ByteBuffer;

/**
 * One vhost-user message (vhost-user, "Message specification"). Whoever holds a message owns its
 * descriptors until they are claimed; who drops it closes {@link #unclaimed}.
 */
public final class Message {

  /** The only version there is. */
  public static final int VERSION = 1;

  /** Bits of the flags that hold the version. */
  public static final int VERSION_MASK = 3;

  /** Flag: this message answers one. */
  public static final int REPLY = 1 << 2;

  /** Flag: the sender wants an answer to a message that has none of its own. */
  public static final int NEED_REPLY = 1 << 3;

  /** Header: request, flags and payload size, 32 bits each. */
  public static final int HEADER_BYTES = 12;

  /** The longest payload taken; the specification's longest is far below. */
  public static final int MAX_PAYLOAD = 4096;

  /** The most descriptors taken with one message (SET_MEM_TABLE has 8). */
  public static final int MAX_DESCRIPTORS = 8;

  private static final int[] NO_DESCRIPTORS = {};

  private final int request;
  private final int flags;
  private final ByteBuffer payload;
  private int[] descriptors;

  /**
   * @param payload little-endian, its remaining bytes are the payload
   * @param descriptors owned by the message from now on
   */
  public Message(int request, int flags, ByteBuffer payload, int... descriptors) {
    this.request = request;
    this.flags = flags;
    this.payload = payload;
    this.descriptors = descriptors.clone();
  }

  /** The request's number. */
  public int request() {
    return request;
  }

  public int flags() {
    return flags;
  }

  /** Whether the sender set {@link #NEED_REPLY}. */
  public boolean needsReply() {
    return (flags & NEED_REPLY) != 0;
  }

  /** The payload, little-endian, positioned at its first unread byte. */
  public ByteBuffer payload() {
    return payload;
  }

  /** How many descriptors have not been claimed. */
  public int descriptorCount() {
    return descriptors.length;
  }

  /** Takes the descriptors: the caller closes them from now on. */
  public int[] claim() {
    int[] claimed = descriptors;
    descriptors = NO_DESCRIPTORS;
    return claimed;
  }

  /** The descriptors that nobody claimed. */
  public int[] unclaimed() {
    return descriptors.clone();
  }
}

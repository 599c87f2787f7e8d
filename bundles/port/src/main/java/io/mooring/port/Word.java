package io.mooring.port;

/**
 * What a process tells the one that takes over from it, and what that answers. Numbers are for
 * ever: the two may be of different versions.
 */
enum Word {
  /** The form of all that follows; the first word. */
  FORM(1),
  /** An uplink's interface, by its name, with its descriptor. */
  TAP(2),
  /** The processors that workers are pinned to. */
  CORES(25),
  /** From here on it is about this port. */
  PORT(3),
  /** A kind of ring that the port has: features and size. */
  RING(4),
  /** A listening socket: its path, and its profile where each has one. */
  SOCKET(5),
  PROFILE(6),
  /** The connection of a front-end: the path that it came to, its process, and the socket. */
  CONNECTION(7),
  /** The interface that it was offered: its name; features, largest ring, queue pairs, MTU. */
  OFFER(8),
  /** What it acknowledged. */
  AGREED(9),
  MTU(10),
  REGION(11),
  IOTLB(12),
  CHANNEL(13),
  INFLIGHT(14),
  LOG(15),
  QUEUE(16),
  /** What the device must remember; in parts. */
  SAVED(17),
  /** What the device learned; in parts. */
  LEARNED(18),
  /** Where a queue is. */
  POSITION(19),
  /** Whether the link is up. */
  LINK(20),
  /** All of this step is said. */
  END(21),
  /** The step is done. */
  DONE(22),
  /** It cannot be done; the text says why. The one that was there goes on. */
  REFUSED(23),
  /** From now on it is the newcomer who serves. */
  GO(24);

  /** The form that is spoken here. */
  static final int FORM_SPOKEN = 1;

  private final int number;

  Word(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}

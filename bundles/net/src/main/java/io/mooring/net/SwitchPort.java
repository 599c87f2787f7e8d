package io.mooring.net;

/**
 * Where a switch delivers frames: a guest's device or an uplink. Called once a run of frames, by
 * the switch's worker.
 */
interface SwitchPort {

  /**
   * Whether frames can be delivered at all: a guest that has not started its receive queue takes no
   * part in flooding.
   */
  boolean up();

  /**
   * Delivers a run of frames.
   *
   * @param pair the sender's queue pair, so that one flow stays in one queue
   * @return how many frames, from {@code from} on, were dealt with; fewer than all when there is no
   *     buffer for the next one now
   */
  int deliver(Frames frames, int from, int to, int pair);

  /** Frames that {@link #deliver} did not take will not be offered again. */
  void dropped(int frames);

  Patience patience();
}

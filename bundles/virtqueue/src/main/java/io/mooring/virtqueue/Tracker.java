package io.mooring.virtqueue;

import io.mooring.api.virtqueue.Chains;
import java.util.Arrays;

/**
 * Keeps the inflight region true to what the device has: chains are noted before the device gets
 * them, and those that a former back-end did not finish come first.
 */
final class Tracker {

  private final InflightPart part;
  private final Ring ring;
  private final ChainReader reader;

  private int[] pending = {};
  private int nextPending;

  /** The entries of the burst, of which the leading ones are pending. */
  private int[] entries = {};

  private int taken;
  private int resubmitted;

  Tracker(InflightPart part, Ring ring, ChainReader reader) {
    this.part = part;
    this.ring = ring;
    this.reader = reader;
  }

  void recover() {
    pending = part.recover();
  }

  boolean pending() {
    return nextPending < pending.length;
  }

  /** Begins a burst with pending chains. */
  void resubmit(Chains chains, int most) {
    // A device may take again without publishing.
    giveBack(0);
    for (int i = nextPending; i < pending.length && i - nextPending < most && reader.more(); i++) {
      part.gather(chains, pending[i]);
    }
    resubmitted = chains.count;
  }

  /** The burst is complete. */
  void took(Chains chains) {
    taken = chains.count;
    if (taken > entries.length) {
      entries = Arrays.copyOf(entries, chains.capacity());
    }
    System.arraycopy(pending, nextPending, entries, 0, resubmitted);
    part.beginTaking();
    for (int i = resubmitted; i < taken; i++) {
      entries[i] = part.take(chains, i);
    }
  }

  /** The first chains of the burst are used, the others return to where they came from. */
  void publish(Chains chains, int count) {
    int fromPending = Math.min(count, resubmitted);
    // One by one: the ring has other chains where these are used, and what a back-end that is
    // killed wrote behind the first entry would be taken for used.
    for (int i = 0; i < fromPending; i++) {
      part.use(chains, entries, i, i + 1);
    }
    if (count > fromPending) {
      part.use(chains, entries, fromPending, count);
    }
    nextPending += fromPending;
    ring.pass(chains, fromPending, count);
    giveBack(count);
  }

  private void giveBack(int from) {
    // From the last on: a back-end that is killed meanwhile leaves those that the ring has first.
    for (int i = taken - 1; i >= Math.max(from, resubmitted); i--) {
      part.giveBack(entries[i]);
    }
    taken = 0;
    resubmitted = 0;
  }
}

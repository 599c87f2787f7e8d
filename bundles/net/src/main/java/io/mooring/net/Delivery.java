package io.mooring.net;

import io.mooring.api.virtqueue.Virtqueue;

/**
 * Brings frames to one guest: those that it wants, with what it does not take undone done for it.
 */
final class Delivery {

  private final FrameWriter writer = new FrameWriter();
  private final Switch fabric;
  private final ReceiveFilter filter;
  private final FrameLimit limit;
  private final Steering steering;
  private final Counters counters;

  /** What this guest takes undone. */
  private int takes = Offloads.NONE;

  /** Whether the filter is to be asked. */
  private boolean filters;

  /** Whether some frames are not for this guest: one of the two has something to say. */
  private boolean chooses;

  /** Whether each frame's hash is asked for. */
  private boolean hashes;

  /** The port's slot in notes, and its ring's format. */
  private int slot = DeliveryNote.NO_SLOT;

  private boolean packed;

  Delivery(Switch fabric, ControlState state, FrameLimit limit, Counters counters) {
    this.fabric = fabric;
    this.limit = limit;
    filter = state.filter;
    steering = state.steering;
    this.counters = counters;
  }

  /** The port's slot in notes. */
  void slot(int own) {
    slot = own;
  }

  /** The guest's header, and its rings' format. */
  void negotiated(int headerBytes, boolean mergeable, boolean packedRings) {
    writer.negotiated(headerBytes, mergeable);
    packed = packedRings;
  }

  /** What the guest takes undone, and whether it wants some frames only, and hashes. */
  void wanted(int offloads, boolean some, boolean hashed) {
    takes = offloads;
    filters = some;
    chooses = some || limit.active();
    writer.limited(limit.active());
    hashes = hashed;
  }

  /**
   * Delivers frames.
   *
   * @param receive the queues in use
   * @param pair the sender's
   * @return the first frame not dealt with
   */
  int deliver(Virtqueue[] receive, Frames burst, int from, int to, int pair) {
    return chooses
        ? deliverWanted(receive, burst, from, to, pair)
        : deliverRun(receive, burst, from, to, pair);
  }

  private int deliverWanted(Virtqueue[] receive, Frames burst, int from, int to, int pair) {
    int next = from;
    while (next < to) {
      int end = next;
      while (end < to && wants(burst, end)) {
        end++;
      }
      if (end == next) {
        countUnwanted(burst, next++);
        continue;
      }
      next = deliverRun(receive, burst, next, end, pair);
      if (next < end) {
        break;
      }
    }
    return next;
  }

  private boolean wants(Frames burst, int frame) {
    return fits(burst, frame) && (!filters || filter.accepts(burst, frame));
  }

  /** Of a frame that is to be changed first this is told by what it becomes. */
  private boolean fits(Frames burst, int frame) {
    return !limit.active() || !takes(burst.header[frame]) || !limit.exceeded(burst, frame);
  }

  private void countUnwanted(Frames burst, int frame) {
    if (fits(burst, frame)) {
      counters.filtered++;
    } else {
      counters.tooLarge++;
    }
  }

  /** Frames that go to one queue one after the other go together. */
  private int deliverRun(Virtqueue[] receive, Frames burst, int from, int to, int pair) {
    int next = from;
    while (next < to) {
      if (takes(burst.header[next])) {
        Virtqueue queue = queue(receive, burst, next, pair);
        int end = next + 1;
        while (end < to
            && takes(burst.header[end])
            && (!hashes || queue(receive, burst, end, pair).equals(queue))) {
          end++;
        }
        next += write(queue, burst, next, end);
        if (next < end) {
          break;
        }
      } else if (deliverPlain(receive, burst, next, pair)) {
        next++;
      } else {
        break;
      }
    }
    return next;
  }

  private Virtqueue queue(Virtqueue[] receive, Frames burst, int frame, int pair) {
    int wanted = hashes ? steering.classify(burst, frame, pair) : pair;
    boolean there = wanted < receive.length && receive[wanted].index() == 2 * wanted;
    return there ? receive[wanted] : receive[wanted % receive.length];
  }

  /** Whether this guest takes a frame as it is. */
  private boolean takes(long header) {
    return NetHeader.plain(header) || Offloads.has(takes, NetHeader.gsoType(header));
  }

  private boolean deliverPlain(Virtqueue[] receive, Frames burst, int frame, int pair) {
    Frames plain = fabric.offload().plain(burst, frame);
    if (plain.count == 0) {
      counters.notSegmentable++;
      return true;
    }
    // None is longer than the first.
    if (!fits(plain, 0)) {
      counters.tooLarge++;
      return true;
    }
    // What was one packet is one flow, or fragments without ports.
    Virtqueue queue = queue(receive, plain, 0, pair);
    for (int i = 1; hashes && i < plain.count; i++) {
      steering.classify(plain, i, pair);
    }
    boolean done = writer.copy(queue, plain, 0, plain.count, true) == plain.count;
    publish(queue, frame, frame + 1);
    return done;
  }

  private int write(Virtqueue queue, Frames burst, int from, int to) {
    int done = writer.copy(queue, burst, from, to, false);
    publish(queue, from, from + done);
    return done;
  }

  /** Delivers what was copied, which is frames of the sender's burst. */
  private void publish(Virtqueue queue, int from, int to) {
    if (writer.hasCopied()) {
      int position = DeliveryNote.position(queue, packed);
      fabric.continuity().note().run(from, to, slot, queue.index(), position);
    }
    writer.publish(queue);
    counters.toGuestFrames += writer.delivered;
    counters.toGuestBytes += writer.deliveredBytes;
    counters.tooLarge += writer.tooLarge;
  }
}

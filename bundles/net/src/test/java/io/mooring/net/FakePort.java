package io.mooring.net;

import java.util.ArrayList;
import java.util.List;

/** A switch port that notes the frames that it gets, by their length. */
final class FakePort implements SwitchPort {

  final List<Integer> got = new ArrayList<>();
  final Patience patience = new Patience();
  boolean up = true;

  /** How many more frames it has buffers for. */
  int buffers = Integer.MAX_VALUE;

  int dropped;

  /** The runs of frames that it was given. */
  int runs;

  @Override
  public boolean up() {
    return up;
  }

  @Override
  public int deliver(Frames frames, int from, int to, int pair) {
    runs++;
    int next = from;
    for (; next < to && buffers > 0; next++, buffers--) {
      got.add(frames.length[next]);
    }
    return next - from;
  }

  @Override
  public void dropped(int frames) {
    dropped += frames;
  }

  @Override
  public Patience patience() {
    return patience;
  }
}

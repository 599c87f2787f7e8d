package io.mooring.frontend;

/**
 * What became of the frames of one flow, told from their sequence numbers, which begin at 0. Frames
 * that overtook others are told from lost ones as long as they come within {@link #WINDOW} frames.
 */
public final class Ledger {

  /** How late a frame may come and still be found missing until then. */
  public static final int WINDOW = 1 << 16;

  private final boolean[] missing = new boolean[WINDOW];
  private long next;
  private long received;
  private long gaps;
  private long duplicated;
  private long reordered;
  private long corrupted;
  private long foreign;

  /** Notes what {@link TestFrame#check} said. */
  public void note(long sequence) {
    if (sequence == next) {
      missing[slot(sequence)] = false;
      next++;
      received++;
    } else if (sequence == TestFrame.CORRUPTED) {
      corrupted++;
    } else if (sequence == TestFrame.FOREIGN) {
      foreign++;
    } else if (sequence > next) {
      skipTo(sequence);
      note(sequence);
    } else {
      late(sequence);
    }
  }

  private void skipTo(long sequence) {
    gaps += sequence - next;
    for (long each = Math.max(next, sequence - WINDOW); each < sequence; each++) {
      missing[slot(each)] = true;
    }
    next = sequence;
  }

  private void late(long sequence) {
    if (next - sequence <= WINDOW && missing[slot(sequence)]) {
      missing[slot(sequence)] = false;
      gaps--;
      reordered++;
      received++;
    } else {
      duplicated++;
    }
  }

  private static int slot(long sequence) {
    return (int) (sequence & WINDOW - 1);
  }

  /** Frames that came whole, each counted once. */
  public long received() {
    return received;
  }

  /** How many of the frames sent have not come. */
  public long lost(long sent) {
    return gaps + sent - next;
  }

  /** Frames that came more than once. */
  public long duplicated() {
    return duplicated;
  }

  /** Frames that others of their flow overtook. */
  public long reordered() {
    return reordered;
  }

  /** Frames of ours that are not as they were sent; they count as lost, too. */
  public long corrupted() {
    return corrupted;
  }

  /** Frames that are not ours. */
  public long foreign() {
    return foreign;
  }
}

package io.mooring.port;

import java.util.ArrayList;
import java.util.List;

/**
 * What was said of one queue, and where it is not told: numbers and descriptors.
 *
 * @param kick and {@code call} and {@code error}: descriptors, or {@link #NONE}
 * @param callGiven whether {@code call} was given, be it as none
 */
record QueueState(
    int index,
    int size,
    long descriptors,
    long used,
    long available,
    long usedLog,
    int kick,
    int call,
    int error,
    boolean addressed,
    boolean callGiven,
    boolean started,
    boolean enabled) {

  static final int NONE = -1;

  /** Bits of {@link Statement#number} 6. */
  private static final int KICK = 1;

  private static final int CALL = 1 << 1;
  private static final int ERROR = 1 << 2;
  private static final int ADDRESSED = 1 << 3;
  private static final int CALL_GIVEN = 1 << 4;
  private static final int STARTED = 1 << 5;
  private static final int ENABLED = 1 << 6;

  Statement statement() {
    int flags =
        bit(KICK, kick != NONE)
            | bit(CALL, call != NONE)
            | bit(ERROR, error != NONE)
            | bit(ADDRESSED, addressed)
            | bit(CALL_GIVEN, callGiven)
            | bit(STARTED, started)
            | bit(ENABLED, enabled);
    int[] passed =
        List.of(kick, call, error).stream().filter(each -> each != NONE).mapToInt(i -> i).toArray();
    return Statement.of(Word.QUEUE, "", index, size, descriptors, used, available, usedLog, flags)
        .with(passed);
  }

  private static int bit(int bit, boolean set) {
    return set ? bit : 0;
  }

  static QueueState of(Statement said) {
    int flags = said.intAt(6);
    var passed = new ArrayList<Integer>();
    for (int each : said.descriptors()) {
      passed.add(each);
    }
    return new QueueState(
        said.intAt(0),
        said.intAt(1),
        said.number(2),
        said.number(3),
        said.number(4),
        said.number(5),
        next(passed, flags, KICK),
        next(passed, flags, CALL),
        next(passed, flags, ERROR),
        (flags & ADDRESSED) != 0,
        (flags & CALL_GIVEN) != 0,
        (flags & STARTED) != 0,
        (flags & ENABLED) != 0);
  }

  private static int next(List<Integer> passed, int flags, int bit) {
    return (flags & bit) == 0 ? NONE : passed.removeFirst();
  }
}

package io.mooring.bench;

/**
 * One swap under load.
 *
 * @param movedAtMillis when the ports were moved, since 1970
 * @param gapMillis the longest gap in delivery from 10 ms before the move to 100 ms after it
 * @param displacedMillis how long in it the worker was ready to run and another task had its
 *     processor; 0 where the worker's process is replaced
 * @param gapOfAllMillis the same over the whole command, warm-up and probation included
 * @param silenceMillis the longest in the first span that no frame came, also when none was sent
 * @param observerMillis the longest that the observer was away in the first span
 * @param moveMillis the longest that the worker was kept, by its own clock
 * @param after frames/s in the 100 ms after the move, by those before the command
 * @param during frames/s in all the command, by those before it
 * @param warmUpMillis how long the newcomer ran on synthetic rings
 * @param lost frames that went into the back-end and did not come out, by its counters
 */
record SwapSample(
    long movedAtMillis,
    double gapMillis,
    double displacedMillis,
    double gapOfAllMillis,
    double silenceMillis,
    double observerMillis,
    double moveMillis,
    double after,
    double during,
    long warmUpMillis,
    long lost) {}

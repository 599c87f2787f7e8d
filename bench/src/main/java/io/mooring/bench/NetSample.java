package io.mooring.bench;

/**
 * One run of the load through one back-end.
 *
 * @param backEnd its name
 * @param bytes of a frame
 * @param pair from 1
 * @param framesPerSecond through the back-end, both directions together
 * @param busyNanosPerFrame time that its thread spent in polls that moved frames, a frame
 * @param threadNanosPerFrame all time that its thread ran, a frame: polls in vain included
 * @param backEndWaited share of the time in which its thread's core was another program's
 * @param loadWaited the same of the load's thread
 * @param features that driver and back-end agreed on, hexadecimal
 */
record NetSample(
    String backEnd,
    int bytes,
    int pair,
    long framesPerSecond,
    double busyNanosPerFrame,
    double threadNanosPerFrame,
    double backEndWaited,
    double loadWaited,
    String features) {

  private static final double MUCH = 0.05;

  /** Whether other programs had the cores for so long that the numbers say little. */
  boolean disturbed() {
    return backEndWaited > MUCH || loadWaited > MUCH;
  }
}

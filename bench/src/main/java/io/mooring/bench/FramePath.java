package io.mooring.bench;

/**
 * The way of frames through a back-end.
 *
 * @param from the ring that the driver sends from
 * @param to the ring that it receives at
 */
record FramePath(SplitRing from, SplitRing to) {}

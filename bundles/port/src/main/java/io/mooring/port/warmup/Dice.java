package io.mooring.port.warmup;

/** Numbers without a pattern, cheap and the same every time. */
final class Dice {

  private long state = 0x9e37_79b9_7f4a_7c15L;

  /** From 0 to below {@code sides}. */
  int roll(int sides) {
    state ^= state << 13;
    state ^= state >>> 7;
    state ^= state << 17;
    return (int) (state >>> 33) % sides;
  }

  boolean oneIn(int sides) {
    return roll(sides) == 0;
  }

  int of(int... choices) {
    return choices[roll(choices.length)];
  }
}

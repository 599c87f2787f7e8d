package io.mooring.port;

import java.util.function.ToIntFunction;

/** Takes back what is on probation. */
interface Fallback {

  /** Whether that can be in the middle of a turn, because only the engine is another one then. */
  boolean anyTime();

  /**
   * On the worker.
   *
   * @param why in one line
   * @param from where another engine opens each queue
   */
  void back(String why, ToIntFunction<EngineQueue> from);
}

package io.mooring.bench;

import java.nio.file.Path;

/** A vhost-user back-end that passes frames between two ports. */
interface BackEnd {

  String name();

  /** Starts it on a core, its ports listening at both sockets. */
  Running start(Path first, Path second) throws BenchException, InterruptedException;

  /** One that runs, until it is closed. */
  interface Running extends AutoCloseable {

    /** What it did so far. */
    Work work() throws BenchException, InterruptedException;

    /** The virtio features that its first port and the load agreed on. */
    long features() throws BenchException, InterruptedException;

    /** What it is, with its version. */
    String version();

    long pid();

    @Override
    void close();
  }

  /**
   * What a back-end's thread did.
   *
   * @param busyNanos time in polls that moved frames
   * @param frames that it took from guests
   */
  record Work(long busyNanos, long frames) {}
}

package io.mooring.virtqueue;

/** While open, the engine is killed at a write: what it did before stays, and no more happens. */
final class Kill implements AutoCloseable, MemoryProbe.Listener {

  /** Ends the engine's work wherever it is. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Killed() {
      super("killed", null, false, false);
    }
  }

  private int left;

  /** Lets so many writes happen. */
  Kill(int writes) {
    left = writes;
    MemoryProbe.listen(this);
  }

  @Override
  public void write(long address, int bytes) {
    if (left-- == 0) {
      throw new Killed();
    }
  }

  @Override
  public void close() {
    MemoryProbe.ignore();
  }
}

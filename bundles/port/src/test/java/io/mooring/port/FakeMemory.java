package io.mooring.port;

import io.mooring.api.memory.GuestMemory;
import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Memory that is only written down. */
final class FakeMemory implements GuestMemory {

  private final List<String> log;

  /** The guest address of a region that cannot be mapped. */
  long unmappable = -1;

  /** What mapping it throws instead of an {@link IOException}. */
  RuntimeException bug;

  boolean intact = true;

  FakeMemory(List<String> log) {
    this.log = log;
  }

  @Override
  public int slots() {
    return 4;
  }

  @Override
  public MappedRegion map(Region region, int descriptor) throws IOException {
    if (region.guestAddress() == unmappable) {
      if (bug != null) {
        throw bug;
      }
      throw new IOException("no room for " + region);
    }
    log.add("mapped %x".formatted(region.guestAddress()));
    return new MappedRegion(region, MemorySegment.NULL, 0x1000, descriptor);
  }

  @Override
  public void unmap(MappedRegion region) {
    log.add("unmapped %x".formatted(region.region().guestAddress()));
  }

  @Override
  public boolean intact(MappedRegion region) {
    return intact;
  }
}

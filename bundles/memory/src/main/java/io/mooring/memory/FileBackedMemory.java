package io.mooring.memory;

import io.mooring.api.memory.GuestMemory;
import io.mooring.api.memory.MappedRegion;
import io.mooring.api.memory.Region;
import io.mooring.api.os.DescriptorKind;
import io.mooring.api.os.Os;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Guest memory behind files that the front-end passes. Keeps nothing: what was mapped is told by
 * the {@link MappedRegion} alone, so that another instance can unmap it.
 */
@Component
public final class FileBackedMemory implements GuestMemory {

  /** As many as vhost in the kernel and other back-ends take. */
  private static final int SLOTS = 509;

  private final Os os;

  @Activate
  public FileBackedMemory(@Reference Os os) {
    this.os = os;
  }

  @Override
  public int slots() {
    return SLOTS;
  }

  @Override
  public MappedRegion map(Region region, int descriptor) throws IOException {
    RegionRules.check(region);
    DescriptorKind kind = os.kind(descriptor);
    if (kind != DescriptorKind.FILE) {
      throw new IOException("%s: its descriptor is %s, not FILE".formatted(region, kind));
    }
    RegionRules.checkInside(region, os.size(descriptor));
    // A mapping starts at a page of its file; the region need not.
    long skipped = region.mmapOffset() % os.pageSize(descriptor);
    MemorySegment mapping =
        os.map(descriptor, region.mmapOffset() - skipped, skipped + region.size());
    return new MappedRegion(region, mapping, mapping.address() + skipped, descriptor);
  }

  @Override
  public void unmap(MappedRegion region) {
    os.unmap(region.mapping());
  }

  @Override
  public boolean intact(MappedRegion region) {
    try {
      RegionRules.checkInside(region.region(), os.size(region.descriptor()));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}

package io.mooring.port;

import io.mooring.api.os.DescriptorKind;
import io.mooring.api.os.Os;
import io.mooring.api.protocol.ProtocolException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A part of a file that the front-end shares, mapped.
 *
 * @param mapping the whole mapping, which begins at a page and so perhaps before the part
 * @param address where the part begins in this process
 * @param end where it ends in its file
 * @param descriptor the file, open as long as the part is mapped
 */
record SharedArea(MemorySegment mapping, long address, long end, int descriptor) {

  /**
   * Maps a part of a file.
   *
   * @param what the message's name, for errors
   * @param descriptor closed when this throws
   */
  static SharedArea map(Os os, String what, long size, long offset, int descriptor)
      throws ProtocolException {
    try {
      return checked(os, what, size, offset, descriptor);
    } catch (IOException failure) {
      os.close(descriptor);
      throw new ProtocolException(failure.getMessage(), failure);
    }
  }

  private static SharedArea checked(Os os, String what, long size, long offset, int descriptor)
      throws IOException {
    DescriptorKind kind = os.kind(descriptor);
    if (kind != DescriptorKind.FILE) {
      throw new IOException("%s: its descriptor is %s, not FILE".formatted(what, kind));
    }
    long file = os.size(descriptor);
    // Both are non-negative and below the file's size: their sum cannot wrap.
    if (size < 1 || offset < 0 || offset > file || size > file - offset) {
      throw new IOException(
          "%s of 0x%x bytes at 0x%x: its file has 0x%x".formatted(what, size, offset, file));
    }
    long skipped = offset % os.pageSize(descriptor);
    MemorySegment mapping = os.map(descriptor, offset - skipped, skipped + size);
    return new SharedArea(mapping, mapping.address() + skipped, offset + size, descriptor);
  }

  /** Whether the file still holds the part. */
  boolean intact(Os os) {
    try {
      return os.size(descriptor) >= end;
    } catch (IOException gone) {
      return false;
    }
  }

  /** Whether the file has no holes that cannot be filled. */
  boolean touchable(Os os) {
    return touchable(os, descriptor);
  }

  /** Whether a file has no holes that cannot be filled; so it is when nobody can tell. */
  static boolean touchable(Os os, int descriptor) {
    try {
      return os.touchable(descriptor);
    } catch (IOException unknown) {
      return true;
    }
  }

  void unmap(Os os) {
    os.unmap(mapping);
    os.close(descriptor);
  }
}

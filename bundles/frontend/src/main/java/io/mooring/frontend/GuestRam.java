package io.mooring.frontend;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.memory.Region;
import io.mooring.api.os.Os;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of a guest that lives in this process: blocks of shared memory, each a region for the
 * back-end. What is allocated goes to the blocks in turn, so that rings and buffers end up in all
 * of them. One thread allocates; translation is safe from any thread while no block is added or
 * removed.
 */
public final class GuestRam implements AutoCloseable {

  /** Guest address of the first block; what is below is nobody's. */
  public static final long FIRST = 0x10_0000;

  /** User addresses are numbers that only the two sides share, so they need not be real ones. */
  private static final long FIRST_USER = 0x7f00_0000_0000L;

  /** User addresses of neighbouring blocks are apart, unlike their guest addresses. */
  private static final long USER_GAP = 0x1000_0000L;

  private static final long PAGE = 4096;

  /**
   * One block.
   *
   * @param region as the back-end is told
   * @param descriptor the memfd behind it
   * @param mapping the memfd from its start, the region begins at its mmap offset
   */
  public record Block(Region region, int descriptor, MemorySegment mapping) {

    /** Where the block's first byte is in this process. */
    public long host() {
      return mapping.address() + region.mmapOffset();
    }
  }

  private final Os os;
  private final List<Block> blocks = new ArrayList<>();
  private final List<Long> used = new ArrayList<>();
  private int turn;

  private GuestRam(Os os) {
    this.os = os;
  }

  /** Blocks of equal size whose guest addresses follow each other without a gap. */
  public static GuestRam of(Os os, int blocks, long blockBytes) throws IOException {
    List<Region> regions = new ArrayList<>();
    for (int i = 0; i < blocks; i++) {
      long user = FIRST_USER + i * (blockBytes + USER_GAP);
      regions.add(new Region(FIRST + i * blockBytes, blockBytes, user, 0));
    }
    return of(os, regions);
  }

  /** Blocks exactly as described, each in a memfd of its own. */
  public static GuestRam of(Os os, List<Region> regions) throws IOException {
    GuestRam ram = new GuestRam(os);
    try {
      for (Region region : regions) {
        ram.add(region);
      }
    } catch (IOException | RuntimeException e) {
      ram.close();
      throw e;
    }
    return ram;
  }

  /** The blocks, in the order in which they were added. */
  public List<Block> blocks() {
    return List.copyOf(blocks);
  }

  /** Adds a block; the back-end does not know of it yet. */
  public Block add(Region region) throws IOException {
    long bytes = region.mmapOffset() + region.size();
    int descriptor = os.memfd("mooring-guest", bytes);
    try {
      Block block = new Block(region, descriptor, os.map(descriptor, 0, bytes));
      blocks.add(block);
      used.add(0L);
      return block;
    } catch (IOException e) {
      os.close(descriptor);
      throw e;
    }
  }

  /** Gives a block back to the system; nothing may use it any more. */
  public void remove(Block block) {
    int index = blocks.indexOf(block);
    if (index >= 0) {
      blocks.remove(index);
      used.remove(index);
      release(block);
    }
  }

  /**
   * Reserves a range in one block; it is never given back.
   *
   * @param align a power of two
   * @return its guest address
   */
  public long allocate(long bytes, long align) {
    for (int tried = 0; tried < blocks.size(); tried++) {
      int index = (turn + tried) % blocks.size();
      Region region = blocks.get(index).region();
      long start = (region.guestAddress() + used.get(index) + align - 1) & -align;
      if (start + bytes <= region.guestAddress() + region.size()) {
        used.set(index, start + bytes - region.guestAddress());
        turn = index + 1;
        return start;
      }
    }
    throw new IllegalStateException(
        "guest memory: no block of %d has %d bytes left".formatted(blocks.size(), bytes));
  }

  /** Reserves whole pages. */
  public long allocatePages(long bytes) {
    return allocate((bytes + PAGE - 1) & -PAGE, PAGE);
  }

  /** The address in this process of a guest range that lies in one block. */
  public long host(long guest, long bytes) {
    Block block = at(guest);
    long offset = guest - block.region().guestAddress();
    if (bytes > block.region().size() - offset) {
      throw new IllegalArgumentException(
          "guest range 0x%x + %d leaves its block".formatted(guest, bytes));
    }
    return block.host() + offset;
  }

  /** The front-end's user address of a guest address. */
  public long user(long guest) {
    Region region = at(guest).region();
    return region.userAddress() + guest - region.guestAddress();
  }

  /** Writes bytes at a guest address; the range may cross from block to block. */
  public void write(long guest, byte... bytes) {
    for (int done = 0; done < bytes.length; ) {
      int part = (int) Math.min(bytes.length - done, room(guest + done));
      HostMemory.segment(host(guest + done, part), part)
          .copyFrom(MemorySegment.ofArray(bytes).asSlice(done, part));
      done += part;
    }
  }

  /** Reads bytes from a guest address; the range may cross from block to block. */
  public byte[] read(long guest, int length) {
    byte[] bytes = new byte[length];
    for (int done = 0; done < length; ) {
      int part = (int) Math.min(length - done, room(guest + done));
      MemorySegment.ofArray(bytes)
          .asSlice(done, part)
          .copyFrom(HostMemory.segment(host(guest + done, part), part));
      done += part;
    }
    return bytes;
  }

  @Override
  public void close() {
    blocks.forEach(this::release);
    blocks.clear();
    used.clear();
  }

  private void release(Block block) {
    os.unmap(block.mapping());
    os.close(block.descriptor());
  }

  private long room(long guest) {
    Region region = at(guest).region();
    return region.guestAddress() + region.size() - guest;
  }

  private Block at(long guest) {
    for (Block block : blocks) {
      long offset = guest - block.region().guestAddress();
      if (offset >= 0 && offset < block.region().size()) {
        return block;
      }
    }
    throw new IllegalArgumentException("guest address 0x%x is in no block".formatted(guest));
  }
}

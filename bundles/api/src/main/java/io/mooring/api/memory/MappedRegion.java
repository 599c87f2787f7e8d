package io.mooring.api.memory;

import java.lang.foreign.MemorySegment;

/**
 * A region that is mapped into this process. JDK types only: it outlives the bundle that mapped it.
 *
 * @param region as the front-end described it
 * @param mapping the whole mapping, which may begin before the region
 * @param hostAddress where the region's first byte is in this process
 * @param descriptor the file behind it; owned by the port, open as long as the region is mapped
 */
public record MappedRegion(
    Region region, MemorySegment mapping, long hostAddress, int descriptor) {}

package io.mooring.bench;

import java.util.List;

/**
 * A ring format that DPDK's virtio-user can drive.
 *
 * @param name for a person
 * @param options of {@code net_virtio_user}
 */
record RingFormat(String name, String options) {

  /** What the others are compared with comes first. */
  static final List<RingFormat> ALL =
      List.of(
          new RingFormat("split", "packed_vq=0,in_order=0"),
          new RingFormat("split, in order", "packed_vq=0,in_order=1"),
          new RingFormat("split, vectorized", "packed_vq=0,in_order=0,vectorized=1"),
          new RingFormat("packed", "packed_vq=1,in_order=0"),
          new RingFormat("packed, in order", "packed_vq=1,in_order=1"),
          new RingFormat("packed, vectorized", "packed_vq=1,in_order=1,vectorized=1"));
}

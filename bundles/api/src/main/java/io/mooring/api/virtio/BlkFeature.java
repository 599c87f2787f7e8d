package io.mooring.api.virtio;

/** Feature bits of the block device (virtio 1.3, section 5.2.3). */
public enum BlkFeature implements Feature {
  BARRIER(0, "barrier"),
  SIZE_MAX(1, "size_max"),
  SEG_MAX(2, "seg_max"),
  GEOMETRY(4, "geometry"),
  RO(5, "ro"),
  BLK_SIZE(6, "blk_size"),
  SCSI(7, "scsi"),
  FLUSH(9, "flush"),
  TOPOLOGY(10, "topology"),
  CONFIG_WCE(11, "config-wce"),
  MQ(12, "mq"),
  DISCARD(13, "discard"),
  WRITE_ZEROES(14, "write-zeroes"),
  LIFETIME(15, "lifetime"),
  SECURE_ERASE(16, "secure_erase"),
  ZONED(17, "zoned");

  private final int bit;
  private final String property;

  BlkFeature(int bit, String property) {
    this.bit = bit;
    this.property = property;
  }

  @Override
  public int bit() {
    return bit;
  }

  @Override
  public String property() {
    return property;
  }
}

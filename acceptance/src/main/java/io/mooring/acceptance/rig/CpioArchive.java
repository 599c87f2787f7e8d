package io.mooring.acceptance.rig;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** An archive that Linux takes as its first file system (cpio, the newc format of initramfs). */
final class CpioArchive {

  private static final int DIRECTORY = 0040755;
  private static final int FILE = 0100755;
  private static final int ALIGNMENT = 4;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int inode;

  CpioArchive directory(String path) {
    return entry(path, DIRECTORY, new byte[0]);
  }

  CpioArchive file(String path, byte... content) {
    return entry(path, FILE, content);
  }

  byte[] finish() {
    entry("TRAILER!!!", 0, new byte[0]);
    return bytes.toByteArray();
  }

  private CpioArchive entry(String path, int mode, byte[] content) {
    byte[] name = (path + "\0").getBytes(StandardCharsets.US_ASCII);
    int[] fields = {++inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length, 0};
    write("070701".getBytes(StandardCharsets.US_ASCII));
    for (int field : fields) {
      write("%08x".formatted(field).getBytes(StandardCharsets.US_ASCII));
    }
    write(name);
    align();
    write(content);
    align();
    return this;
  }

  private void write(byte[] part) {
    bytes.write(part, 0, part.length);
  }

  private void align() {
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(0);
    }
  }
}

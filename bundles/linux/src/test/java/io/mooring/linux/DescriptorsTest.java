package io.mooring.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.os.DescriptorKind;
import io.mooring.api.os.Os;
import io.mooring.api.os.Poller;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DescriptorsTest {

  private static final int NOT_OPEN = 1_000_000;
  private static final int O_CLOEXEC = 0x80000;

  private static final String FULL =
      """
      mount -t tmpfs -o size=1m none /mnt && cd /mnt
      truncate -s 64k holes
      head -c 64k /dev/zero > whole
      cat /dev/zero > rest 2> /dev/null
      echo full
      cat
      """;

  private final Os os = new LinuxOs();

  @Test
  void aDuplicateOutlivesItsOriginalAndIsNotInherited() throws IOException {
    int original = os.eventfd();
    int copy = os.duplicate(original);
    os.close(original);

    assertNotEquals(original, copy);
    assertTrue((Descriptor.flags(copy) & O_CLOEXEC) != 0);
    assertTrue(os.signal(copy));
    os.close(copy);
  }

  @Test
  void closingGivesEveryDescriptorBack() throws IOException {
    int before = Descriptor.countOpen();
    int file = os.memfd("guest", 4096);
    int copy = os.duplicate(file);
    assertEquals(before + 2, Descriptor.countOpen());

    os.close(file);
    os.close(copy);
    assertEquals(before, Descriptor.countOpen());
  }

  @Test
  void closingWhatIsNotOpenIsNotAnError() throws IOException {
    os.close(NOT_OPEN);
    os.close(-1);
    assertFalse(Descriptor.isOpen(NOT_OPEN));
  }

  @Test
  void kindsAreToldApart() throws IOException {
    int eventfd = os.eventfd();
    int file = os.memfd("[eventfd]", 4096);
    assertEquals(DescriptorKind.EVENTFD, os.kind(eventfd));
    assertEquals(DescriptorKind.FILE, os.kind(file));
    try (Poller poller = os.poller()) {
      poller.add(eventfd);
      assertEquals(DescriptorKind.OTHER, os.kind(Descriptor.newest("anon_inode:[eventpoll]")));
    }
    os.close(eventfd);
    os.close(file);
  }

  @Test
  void aFileWithHolesCanBeTouchedWhereThereIsRoom() throws IOException {
    int holes = os.memfd("guest", 1L << 40);
    assertTrue(os.touchable(holes));
    os.close(holes);
  }

  @Test
  void aFileWithHolesInAFullFileSystemCannotBeTouched() throws IOException {
    Process full =
        new ProcessBuilder("unshare", "-Urm", "sh", "-c", FULL)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader says = full.inputReader()) {
      assertEquals("full", says.readLine(), "a full file system is not there");
      Path there = Path.of("/proc/%d/root/mnt".formatted(full.pid()));
      assertFalse(touchable(there.resolve("holes")));
      assertTrue(touchable(there.resolve("whole")));
    } finally {
      full.destroy();
    }
  }

  private boolean touchable(Path file) throws IOException {
    try (FileChannel open = FileChannel.open(file)) {
      assertTrue(open.isOpen());
      return os.touchable(Descriptor.newest("/mnt/" + file.getFileName()));
    }
  }

  @Test
  void pipesAndSocketsAreToldApart() throws IOException {
    Pipe pipe = Pipe.open();
    try (Pipe.SourceChannel source = pipe.source();
        Pipe.SinkChannel sink = pipe.sink();
        ServerSocketChannel server = ServerSocketChannel.open()) {
      assertTrue(source.isOpen() && sink.isOpen() && server.isOpen());
      assertEquals(DescriptorKind.PIPE, os.kind(Descriptor.newest("pipe:")));
      assertEquals(DescriptorKind.SOCKET, os.kind(Descriptor.newest("socket:")));
    }
  }

  @Test
  void aFileTellsItsSizeAndPageSize() throws IOException {
    int file = os.memfd("guest", 12345);
    assertEquals(12345, os.size(file));
    assertEquals(4096, os.pageSize(file));
    os.close(file);
  }

  @Test
  void whatIsNotOpenIsNamedWithTheReason() {
    assertEquals(
        "duplicate descriptor 1000000: Bad file descriptor",
        assertThrows(IOException.class, () -> os.duplicate(NOT_OPEN)).getMessage());
    assertEquals(
        "ask for the status of descriptor 1000000: Bad file descriptor",
        assertThrows(IOException.class, () -> os.kind(NOT_OPEN)).getMessage());
    assertThrows(IOException.class, () -> os.size(NOT_OPEN));
    assertThrows(IOException.class, () -> os.pageSize(NOT_OPEN));
  }
}

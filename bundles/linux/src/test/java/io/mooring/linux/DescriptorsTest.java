package io.mooring.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.os.DescriptorKind;
import io.mooring.api.os.Os;
import io.mooring.api.os.Poller;
import java.io.IOException;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import org.junit.jupiter.api.Test;

class DescriptorsTest {

  private static final int NOT_OPEN = 1_000_000;
  private static final int O_CLOEXEC = 0x80000;

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

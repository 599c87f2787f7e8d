package io.mooring.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteWordsTest {

  private static final long SELF = ProcessHandle.current().pid();

  @TempDir private Path directory;

  @Test
  void whatTheOtherWritesIsSeen() throws IOException {
    try (FileChannel file =
            FileChannel.open(
                directory.resolve("shared"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        Arena arena = Arena.ofConfined()) {
      MemorySegment shared = file.map(MapMode.READ_WRITE, 0, 3 << 20, arena);
      long far = (2 << 20) + 10;
      var words = new RemoteWords(SELF, shared.address() + 6, shared.address() + far);
      shared.set(ValueLayout.JAVA_SHORT, 6, (short) 0xfffe);
      shared.set(ValueLayout.JAVA_SHORT, far, (short) 7);
      assertEquals(0xfffe, words.at(0));
      assertEquals(7, words.at(1));
    }
  }

  @Test
  void memoryOfNoFileIsRefusedByItsAddress() {
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(8).address();
      var refused = assertThrows(IOException.class, () -> new RemoteWords(SELF, address));
      assertTrue(refused.getMessage().contains("0x%x".formatted(address)), refused.getMessage());
    }
  }
}

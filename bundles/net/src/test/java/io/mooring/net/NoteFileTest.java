package io.mooring.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of the files that other processes left is a crash's. */
class NoteFileTest {

  /** No process has the number 0. */
  private static final long EARLIER = 100;

  private static final long LATER = 200;

  @TempDir private Path directory;
  private NoteFile file;
  private DeliveryNote note;

  @BeforeEach
  void open() throws IOException {
    file = new NoteFile(directory, "test");
    note = file.open();
  }

  /** Leaves a file of a process in which a port could get frames. */
  private void left(String name, long writer, String port, boolean underWay) throws IOException {
    note.clear();
    int slot = note.enter(port);
    note.up(slot, true);
    if (underWay) {
      note.begin(slot, 1, 7);
    }
    note.writer(writer);
    Files.copy(file.own(), directory.resolve("switch~test~" + name));
    note = file.open();
  }

  private List<String> inherited() throws IOException {
    assertTrue(file.inherit(note));
    return note.up().stream().map(note::name).toList();
  }

  private List<String> others() {
    return Arrays.stream(directory.toFile().list())
        .filter(name -> !name.equals(file.own().getFileName().toString()))
        .toList();
  }

  @Test
  void theLastProcessThatIsNoMoreLeftWhatCounts() throws IOException {
    left("1", EARLIER, "a", false);
    left("2", LATER, "b", false);
    assertEquals(List.of("b"), inherited());
    assertEquals(List.of(), others());
  }

  @Test
  void whoWasToTakeOverAndEndedBeforeDidNotDeliver() throws IOException {
    left("1", EARLIER, "a", true);
    left("2", LATER, "b", false);
    assertEquals(List.of("a"), inherited());
    assertEquals(new DeliveryNote.Burst(note.enter("a"), 1, 7), note.burst());
  }

  @Test
  void whoTakesOverFromALivingProcessHasNoCrashToSettle() throws IOException {
    left("1", EARLIER, "a", true);
    ProcessHandle living = ProcessHandle.current().parent().orElseThrow();
    left("2", NoteFile.process(living), "b", false);
    assertFalse(file.inherit(note));
    assertEquals(List.of("switch~test~2"), others());
    file.remove();
    assertEquals(List.of("switch~test~2"), List.of(directory.toFile().list()));
  }
}

package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.protocol.ProtocolException;
import io.mooring.api.protocol.ProtocolFeature;
import io.mooring.api.virtio.RingFeature;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a port does for a VM that moves; what it was given is closed in the end. */
@Timeout(30)
class PortMigrationTest {

  private static final long LOGGING = Harbour.FEATURES | RingFeature.LOG_ALL.mask();
  private static final String HEAD = "mooring-state 1 net\n";

  private final Harbour harbour;
  private final PortMigration migration;

  PortMigrationTest() throws IOException {
    harbour = new Harbour();
    migration = harbour.session.migration();
  }

  @AfterEach
  void nothingStaysOpen() throws IOException {
    harbour.close();
  }

  private static String refused(Executable executable) {
    return assertThrows(ProtocolException.class, executable).getMessage();
  }

  @Test
  void aRunningQueueLogsWhileTheFeatureIsAcknowledged() throws Exception {
    harbour.session.features(Harbour.FEATURES);
    harbour.start(0, 0);
    migration.log(0x1000, 0, harbour.memfd());
    assertTrue(harbour.engine.lastTable.log().isEmpty(), "logs without the feature");
    harbour.happened();
    harbour.session.features(LOGGING);
    assertTrue(harbour.engine.lastTable.log().isPresent(), "does not log");
    assertFalse(harbour.happened().contains("detached 0"), "the queue was interrupted");
    harbour.session.features(Harbour.FEATURES);
    assertTrue(harbour.engine.lastTable.log().isEmpty(), "still logs");
  }

  @Test
  void whatIsLoggedIsInTheFrontEndsFileFromItsOffsetOn() throws Exception {
    int file = harbour.memfd();
    MemorySegment seen = harbour.os.map(file, 0, 4096);
    harbour.session.features(LOGGING);
    harbour.start(0, 0);
    migration.log(8, 16, file);
    harbour.engine.lastTable.log().orElseThrow().mark(0x3000, 1);
    assertEquals(1 << 3, HostMemory.getByte(seen.address() + 16));
    harbour.os.unmap(seen);
  }

  @Test
  void anotherLogReplacesTheOneBefore() throws Exception {
    harbour.session.features(LOGGING);
    harbour.start(0, 0);
    for (int i = 0; i < 100; i++) {
      migration.log(0x1000, 0, harbour.memfd());
    }
    assertTrue(harbour.engine.lastTable.log().isPresent());
  }

  /** CVE-2020-10722. The file has 4096 bytes. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4097, 0",
    "4096, 1",
    "1, 4096",
    "4096, -1",
    "-1, 1",
    "9223372036854775807, 4096",
    "1, 9223372036854775807",
    "-9223372036854775808, -9223372036854775808",
    "4096, -4096"
  })
  void aLogOutsideItsFileIsRefused(long size, long offset) throws Exception {
    int file = harbour.memfd();
    String line = refused(() -> migration.log(size, offset, file));
    assertTrue(line.endsWith("its file has 0x1000"), line);
  }

  @Test
  void aLogThatIsNoFileIsRefused() throws Exception {
    int eventfd = harbour.eventfd();
    String line = refused(() -> migration.log(0x1000, 0, eventfd));
    assertTrue(line.contains("EVENTFD, not FILE"), line);
  }

  /** Each bit is a page: a byte covers 0x8000. */
  @Test
  void aLogThatDoesNotCoverMemoryIsRefused() throws Exception {
    harbour.session.memory(List.of(Harbour.region(0x8000)), new int[] {harbour.memfd()});
    migration.log(2, 0, harbour.memfd());
    int file = harbour.memfd();
    String line = refused(() -> migration.log(1, 0, file));
    assertTrue(line.contains("does not cover region guest 0x8000"), line);
  }

  @Test
  void aLogThatIsTruncatedIsNotIntact() throws Exception {
    int file = harbour.memfd();
    migration.log(0x1000, 0, file);
    assertTrue(harbour.session.memoryIntact());
    Files.write(Path.of("/proc/self/fd/" + file), new byte[0]);
    assertFalse(harbour.session.memoryIntact());
  }

  private int fileOf(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int file = harbour.os.memfd("state", bytes.length);
    MemorySegment mapped = harbour.os.map(file, 0, bytes.length);
    mapped.copyFrom(MemorySegment.ofArray(bytes));
    harbour.os.unmap(mapped);
    return file;
  }

  @Test
  void theDevicesStateIsWrittenBehindALineThatNamesIt() throws Exception {
    int file = harbour.os.memfd("state", 0);
    int kept = harbour.os.duplicate(file);
    migration.saveState(file);
    harbour.checkState();
    byte[] wanted = (HEAD + "state").getBytes(StandardCharsets.UTF_8);
    MemorySegment written = harbour.os.map(kept, 0, wanted.length);
    assertArrayEquals(wanted, written.toArray(ValueLayout.JAVA_BYTE));
    harbour.os.unmap(written);
    harbour.os.close(kept);
  }

  @Test
  void theDevicesStateIsReadAndTakenWhenItIsChecked() throws Exception {
    migration.loadState(fileOf(HEAD + "other"));
    assertFalse(harbour.happened().contains("loads other"));
    harbour.checkState();
    assertTrue(harbour.happened().contains("loads other"));
  }

  @ParameterizedTest
  @CsvSource({"'mooring-state 1 blk\n'", "'mooring-state 2 net\n'", "'mooring-state 1 net'", "x"})
  void anotherDevicesStateIsRefused(String text) throws Exception {
    migration.loadState(fileOf(text));
    String line = refused(harbour::checkState);
    assertEquals("the device state does not begin with the line \"mooring-state 1 net\"", line);
  }

  @Test
  void aStateIsCheckedOnlyAfterATransfer() {
    assertTrue(refused(harbour::checkState).contains("without SET_DEVICE_STATE_FD"));
  }

  @Test
  void noStateMovesWhileQueuesRun() throws Exception {
    harbour.session.features(Harbour.FEATURES);
    harbour.start(0, 0);
    int file = harbour.memfd();
    assertTrue(refused(() -> migration.saveState(file)).contains("while queues run"));
  }

  /** Others ask how the port is, and link and room changes go on. */
  @Test
  void theLockIsFreeWhileTheEndOfAStateIsWaitedFor() throws Exception {
    SocketPair pair = SocketPair.open();
    migration.loadState(pair.mine());
    var check =
        new FutureTask<>(() -> {
          harbour.checkState();
          return true;
        });
    Thread waiting = Thread.ofPlatform().start(check);
    Eventually.holds("it waits", () -> waiting.getState() == Thread.State.TIMED_WAITING);
    harbour.lock.lock();
    try {
      assertFalse(check.isDone(), "the end was not waited for");
    } finally {
      harbour.lock.unlock();
    }
    byte[] state = (HEAD + "other").getBytes(StandardCharsets.UTF_8);
    harbour.os.write(pair.other(), state, 1000);
    harbour.os.close(pair.other());
    assertTrue(check.get());
    assertTrue(harbour.happened().contains("loads other"));
  }

  /** A front-end that never closes its end: nothing of the transfer stays after the session. */
  @Test
  void aTransferThatDoesNotEndIsGivenUpWithTheSession() throws Exception {
    SocketPair pair = SocketPair.open();
    migration.loadState(pair.mine());
    int second = harbour.memfd();
    assertTrue(refused(() -> migration.saveState(second)).contains("another transfer runs"));
    migration.close();
    Eventually.holds("the descriptor is closed", () -> closed(pair.mine()));
    harbour.os.close(pair.other());
  }

  private boolean closed(int descriptor) {
    try {
      harbour.os.kind(descriptor);
      return false;
    } catch (IOException gone) {
      return true;
    }
  }

  /** Whether a process may have a userfaultfd is its host's to say. */
  @Test
  void postcopyIsAdvisedWhereTheHostAllowsIt() throws Exception {
    if (ProtocolFeature.PAGEFAULT.in(migration.possible())) {
      harbour.os.close(migration.advisePostcopy());
      harbour.os.close(migration.advisePostcopy());
      migration.listenPostcopy();
      var told = harbour.session.memory(List.of(Harbour.region(0)), new int[] {harbour.memfd()});
      assertEquals(0x1000, told.getFirst().userAddress(), "where the region is mapped here");
      migration.endPostcopy();
    } else {
      assertTrue(refused(migration::advisePostcopy).contains("userfaultfd"));
    }
    assertTrue(
        harbour.session.memory(List.of(Harbour.region(0)), new int[] {harbour.memfd()}).isEmpty());
  }

  @Test
  void postcopyIsOfferedOnlyWhereThePortAllowsIt() {
    harbour.rooms.bindProtocol(new FakeProtocol(), Map.of());
    assertFalse(ProtocolFeature.PAGEFAULT.in(harbour.session.offeredProtocolFeatures()));
    var settings = PortSettings.of("a", Map.of("socket", "/tmp/a", "postcopy", "true"));
    var choice = new ProfileChoice(settings, Harbour.PROFILE, harbour.portRooms, () -> {});
    var allowed =
        new PortSession(settings, choice, harbour.portRooms, harbour.lock, () -> harbour.plane);
    assertEquals(
        ProtocolFeature.PAGEFAULT.in(migration.possible()),
        ProtocolFeature.PAGEFAULT.in(allowed.offeredProtocolFeatures()));
  }

  @Test
  void postcopyHasItsOrder() throws Exception {
    assertTrue(refused(migration::listenPostcopy).contains("without POSTCOPY_ADVISE"));
    assertTrue(refused(migration::beginPostcopy).contains("without POSTCOPY_LISTEN"));
  }
}

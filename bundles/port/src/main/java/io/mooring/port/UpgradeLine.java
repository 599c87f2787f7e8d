package io.mooring.port;

import io.mooring.api.os.Os;
import io.mooring.api.transport.Connection;
import io.mooring.api.transport.Message;
import io.mooring.api.upgrade.UpgradeException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** What two processes say to each other while one takes over from the other. One thread each. */
final class UpgradeLine implements AutoCloseable {

  private final Connection connection;
  private final Os os;

  UpgradeLine(Connection connection, Os os) {
    this.connection = connection;
    this.os = os;
  }

  /** The process at the other end. */
  long process() throws IOException {
    return connection.peer().pid();
  }

  void say(Word word, String text, long... numbers) throws UpgradeException {
    say(Statement.of(word, text, numbers));
  }

  /** Says it; descriptors stay the speaker's. */
  void say(Statement statement) throws UpgradeException {
    try {
      connection.send(statement.message());
    } catch (IOException gone) {
      throw new UpgradeException("the other process is gone: " + gone.getMessage(), gone);
    }
  }

  /** Says bytes of any length, in parts. */
  void say(Word word, byte[] bytes) throws UpgradeException {
    for (int from = 0; from < bytes.length; from += Statement.MOST_BYTES) {
      int to = Math.min(bytes.length, from + Statement.MOST_BYTES);
      say(Statement.of(word, Arrays.copyOfRange(bytes, from, to)));
    }
  }

  /**
   * Waits for what the other says next.
   *
   * @param patience zero for as long as the other lives
   * @throws UpgradeException when it says nothing in time, ends, or refuses; one line
   */
  Statement hear(Duration patience) throws UpgradeException {
    Optional<CompletableFuture<Void>> alarm =
        patience.isZero()
            ? Optional.empty()
            : Optional.of(CompletableFuture.runAsync(connection::close, after(patience)));
    try {
      Message message =
          connection.receive().orElseThrow(() -> new IOException("it says nothing any more"));
      try {
        Statement statement = Statement.of(message);
        if (statement.word() == Word.REFUSED) {
          throw new UpgradeException(statement.text());
        }
        return statement;
      } finally {
        for (int descriptor : message.unclaimed()) {
          os.close(descriptor);
        }
      }
    } catch (IOException failure) {
      throw new UpgradeException("the other process: " + failure.getMessage(), failure);
    } finally {
      alarm.ifPresent(each -> each.cancel(false));
    }
  }

  private static Executor after(Duration time) {
    return CompletableFuture.delayedExecutor(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Waits for one word. */
  Statement expect(Word word, Duration patience) throws UpgradeException {
    Statement statement = hear(patience);
    if (statement.word() != word) {
      throw new UpgradeException(
          "the other process says %s, expected is %s".formatted(statement.word(), word));
    }
    return statement;
  }

  @Override
  public void close() {
    connection.close();
  }
}

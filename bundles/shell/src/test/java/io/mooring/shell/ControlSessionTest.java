package io.mooring.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.DataInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** However a command ends, its client hears of it. */
@Timeout(20)
class ControlSessionTest {

  private static final int MAGIC = 0x4d4f4f52;
  private static final int COLUMNS = 80;

  @TempDir private Path directory;

  @SuppressWarnings("unchecked")
  private static <T> T proxy(Class<T> type, String method, Callable<?> result) {
    return (T)
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, called, _) -> called.getName().equals(method) ? result.call() : null);
  }

  /** What the client hears of a command: its kind, a colon, and the text or the status. */
  private List<String> heard(Callable<?> command) throws IOException {
    CommandSession session = proxy(CommandSession.class, "execute", command);
    CommandProcessor processor = proxy(CommandProcessor.class, "createSession", () -> session);
    var address = UnixDomainSocketAddress.of(directory.resolve("control"));
    try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listening.bind(address);
      try (SocketChannel client = SocketChannel.open(address)) {
        byte[] line = "any".getBytes(StandardCharsets.UTF_8);
        client.write(
            ByteBuffer.allocate(3 * Integer.BYTES + line.length)
                .putInt(MAGIC)
                .putInt(COLUMNS)
                .putInt(line.length)
                .put(line)
                .flip());
        new ControlSession(listening.accept(), processor).serve();
        return frames(new DataInputStream(Channels.newInputStream(client)));
      }
    }
  }

  private static List<String> frames(DataInputStream answer) throws IOException {
    var frames = new ArrayList<String>();
    for (int kind = answer.read(); kind >= 0; kind = answer.read()) {
      byte[] bytes = answer.readNBytes(answer.readInt());
      String text =
          kind == 3 ? Byte.toString(bytes[0]) : new String(bytes, StandardCharsets.UTF_8).strip();
      if (!text.isEmpty()) {
        frames.add(kind + ":" + text);
      }
    }
    return frames;
  }

  @Test
  void aCommandThatIsDoneHasAStatus() throws IOException {
    assertEquals(List.of("3:0"), heard(() -> null));
  }

  @Test
  void aCommandThatFailsHasItsWordsAndAStatus() throws IOException {
    List<String> heard =
        heard(() -> {
          throw new IllegalStateException("no\nway");
        });
    assertEquals(List.of("2:IllegalStateException: no way", "3:1"), heard);
  }

  @Test
  void aCommandWhoseClassesAreGoneHasAStatusToo() throws IOException {
    List<String> heard =
        heard(() -> {
          throw new NoClassDefFoundError("io/mooring/Gone");
        });
    assertEquals(List.of("2:NoClassDefFoundError: io/mooring/Gone", "3:1"), heard);
  }
}

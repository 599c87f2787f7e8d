package io.mooring.launcher;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * Runs a Gogo command line in the instance that serves a home. The shell bundle's ControlServer is
 * the other side: the request is {@code MOOR}, the terminal's width, a length and the line; the
 * answer is frames of a kind, a length and bytes, the last of them the exit status.
 */
final class ControlClient {

  private static final int MAGIC = 0x4d4f4f52;
  private static final int OUTPUT = 1;
  private static final int ERROR = 2;
  private static final int STATUS = 3;

  private final Home home;
  private final OutputStream output;
  private final OutputStream error;

  ControlClient(Home home, OutputStream output, OutputStream error) {
    this.home = home;
    this.output = output;
    this.error = error;
  }

  /** Returns the command's exit status when it ends. */
  int run(String line, int columns) throws Refusal {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      try {
        channel.connect(UnixDomainSocketAddress.of(home.control()));
      } catch (IOException _) {
        throw Refusal.notRunning(
            "no instance runs on %s; start one with ./mooring start".formatted(home.root()));
      }
      request(channel, line, columns);
      return answer(channel);
    } catch (EOFException _) {
      throw Refusal.failed("the instance on %s went away".formatted(home.root()));
    } catch (IOException exception) {
      throw Refusal.failed("the instance on %s: %s".formatted(home.root(), Reason.of(exception)));
    }
  }

  private static void request(SocketChannel channel, String line, int columns) throws IOException {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    var request = new DataOutputStream(Channels.newOutputStream(channel));
    request.writeInt(MAGIC);
    request.writeInt(columns);
    request.writeInt(bytes.length);
    request.write(bytes);
    request.flush();
  }

  private int answer(SocketChannel channel) throws IOException {
    var answer = new DataInputStream(Channels.newInputStream(channel));
    while (true) {
      int kind = answer.readByte();
      byte[] bytes = answer.readNBytes(answer.readInt());
      switch (kind) {
        case OUTPUT -> {
          output.write(bytes);
          output.flush();
        }
        case ERROR -> {
          error.write(bytes);
          error.flush();
        }
        case STATUS -> {
          return bytes[0];
        }
        default -> throw new IOException("it sent an answer of the unknown kind " + kind);
      }
    }
  }
}

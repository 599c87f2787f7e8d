package io.mooring.shell;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Converter;
import org.apache.felix.service.command.Job;

/** One client of the control socket: one command line in a Gogo session of its own. */
final class ControlSession {

  private static final int MAGIC = 0x4d4f4f52;
  private static final int LONGEST_LINE = 64 * 1024;
  private static final int WIDEST_TERMINAL = 10_000;
  private static final int REQUEST_SECONDS = 5;

  private final SocketChannel channel;
  private final CommandProcessor processor;
  private final ControlFrames frames;
  private volatile boolean requested;

  ControlSession(SocketChannel channel, CommandProcessor processor) {
    this.channel = channel;
    this.processor = processor;
    frames = new ControlFrames(channel);
  }

  void serve() {
    try (channel) {
      CompletableFuture.delayedExecutor(REQUEST_SECONDS, TimeUnit.SECONDS)
          .execute(this::closeWhenSilent);
      var request = new DataInputStream(Channels.newInputStream(channel));
      if (request.readInt() != MAGIC) {
        refuse("not a request of ./mooring exec");
        return;
      }
      int columns = Math.clamp(request.readInt(), 0, WIDEST_TERMINAL);
      int length = request.readInt();
      if (length < 0 || length > LONGEST_LINE) {
        refuse("a command line has at most " + LONGEST_LINE + " bytes");
        return;
      }
      byte[] line = request.readNBytes(length);
      if (line.length == length) {
        requested = true;
        run(new String(line, StandardCharsets.UTF_8), columns, request);
      }
    } catch (IOException _) {
      // The client went away; nobody is left to tell.
    }
  }

  private void closeWhenSilent() {
    if (!requested) {
      close();
    }
  }

  void close() {
    try {
      channel.close();
    } catch (IOException _) {
      // It is closed all the same.
    }
  }

  void refuse(String why) {
    frames.write(ControlFrames.ERROR, ("mooring: " + why + "\n").getBytes(StandardCharsets.UTF_8));
    frames.status(1);
    close();
  }

  private void run(String line, int columns, InputStream rest) {
    PrintStream out = frames.stream(ControlFrames.OUTPUT);
    PrintStream err = frames.stream(ControlFrames.ERROR);
    int status = 0;
    try (CommandSession session =
        processor.createSession(InputStream.nullInputStream(), out, err)) {
      session.put("SCOPE", "vhost:gogo:*");
      session.put("COLUMNS", columns);
      Thread.ofPlatform()
          .daemon()
          .name("control client's end")
          .start(() -> interruptAtEnd(rest, session));
      Object result = session.execute(line);
      if (result != null) {
        out.println(session.format(result, Converter.INSPECT));
      }
    } catch (Exception | Error failure) {
      err.println(describe(failure));
      status = 1;
    }
    out.flush();
    err.flush();
    frames.status(status);
  }

  /** A client that leaves takes its command with it. */
  private void interruptAtEnd(InputStream rest, CommandSession session) {
    try {
      // A client has no more to say: whatever comes ends the command too.
      rest.read();
    } catch (IOException _) {
      // Closed by us at the command's end, or by the client.
    }
    Job job = session.foregroundJob();
    if (job != null) {
      job.interrupt();
    }
  }

  /** One line: a command's own words, or for a fault of ours its name and words. */
  static String describe(Throwable throwable) {
    String text =
        throwable instanceof CommandException || throwable.getMessage() == null
            ? throwable.toString()
            : throwable.getClass().getSimpleName() + ": " + throwable.getMessage();
    return text.replaceAll("\\R", " ");
  }
}

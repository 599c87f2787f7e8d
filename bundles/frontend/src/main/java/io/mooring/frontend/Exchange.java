package io.mooring.frontend;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongToIntFunction;

/**
 * Two network drivers that send each other test frames, both ways at once, and check every one.
 * Neither sends more than the other has buffers for, so a back-end has no reason to drop a frame,
 * however slow this thread is. One thread uses it and both ports.
 */
public final class Exchange {

  /** After so long without a frame the rest is lost. */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int SPINS = 2_000;
  private static final long NAP_NANOS = 50_000;
  private static final int[] MIX = {64, 1514, 128, 590, 64, 256, 1024, 64, 1514, 65, 333, 1500};

  private final Flow onWayThere;
  private final Flow onWayBack;

  /** What became of one direction. */
  public record Outcome(
      long sent,
      long received,
      long bytes,
      long lost,
      long corrupted,
      long duplicated,
      long reordered) {

    /** Whether every frame came, once, in order and unchanged. */
    public boolean clean() {
      return lost == 0 && corrupted == 0 && duplicated == 0 && reordered == 0;
    }
  }

  /**
   * @param frames in both directions together
   * @param sizes length of the frame with a sequence number; at least {@link TestFrame#MIN_BYTES}
   * @param longest the largest of the sizes
   */
  public Exchange(NetPort one, NetPort other, long frames, LongToIntFunction sizes, int longest) {
    onWayThere = new Flow(one, other, 1, 2, frames - frames / 2, sizes, longest);
    onWayBack = new Flow(other, one, 2, 1, frames / 2, sizes, longest);
  }

  /** Frames of the sizes that a network carries, the short ones more often. */
  public static Exchange mixed(NetPort one, NetPort other, long frames) {
    return new Exchange(one, other, frames, number -> MIX[(int) (number % MIX.length)], 1514);
  }

  /**
   * Sends single frames both ways until one came through each way: back-ends take a moment to bring
   * a port up, and switches to learn.
   *
   * @throws IOException when that takes too long
   */
  public void greet(Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    boolean there = false;
    boolean back = false;
    while (!there || !back) {
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "no frame came through %s within %d ms"
                .formatted(there ? "on the way back" : "on the way there", limit.toMillis()));
      }
      there = onWayThere.greet();
      back = onWayBack.greet();
      LockSupport.parkNanos(1_000_000);
    }
  }

  /**
   * Moves all frames.
   *
   * @param progress is told now and then how many frames have arrived; it is to be quick
   */
  public void run(LongConsumer progress) {
    long lastMove = System.nanoTime();
    int idle = 0;
    while (!onWayThere.done() || !onWayBack.done()) {
      if (turn() > 0) {
        idle = 0;
        progress.accept(arrived());
      } else if (++idle >= SPINS) {
        long now = System.nanoTime();
        if (idle == SPINS) {
          lastMove = now;
        } else if (now - lastMove > PATIENCE.toNanos()) {
          return;
        }
        LockSupport.parkNanos(NAP_NANOS);
      } else {
        Thread.onSpinWait();
      }
    }
  }

  /** One burst each way; for tests that do the device's part in the same thread. */
  int turn() {
    return onWayThere.send() + onWayThere.receive() + onWayBack.send() + onWayBack.receive();
  }

  /** Frames that have arrived, both ways together. */
  public long arrived() {
    return onWayThere.ledger.received() + onWayBack.ledger.received();
  }

  /** What became of the frames, from one to other first. */
  public List<Outcome> outcomes() {
    return List.of(onWayThere.outcome(), onWayBack.outcome());
  }

  private static final class Flow {
    private static final int BURST = 64;
    private static final int GREETING = 0x88b6;

    /**
     * Of so many buffers one is for frames that are not the exchange's: greetings, and what a
     * switch floods while nobody takes it.
     */
    private static final int RESERVED = 2;

    private final NetPort from;
    private final NetPort to;
    private final int number;
    private final long fromMac;
    private final long toMac;
    private final long target;
    private final LongToIntFunction sizes;
    private final long window;
    private final Ledger ledger = new Ledger();
    private final FrameHandler check;
    private long sent;
    private long bytes;
    private long heard;

    Flow(
        NetPort from,
        NetPort to,
        int number,
        int peer,
        long target,
        LongToIntFunction sizes,
        int longest) {
      this.from = from;
      this.to = to;
      this.number = number;
      this.target = target;
      this.sizes = sizes;
      fromMac = TestFrame.mac(number);
      toMac = TestFrame.mac(peer);
      int buffersOfLongest = (longest + to.bufferCapacity() - 1) / to.bufferCapacity();
      window = Math.max(1, to.receiveBuffers() / RESERVED / buffersOfLongest);
      check =
          (header, frame, length) -> {
            heard++;
            ledger.note(TestFrame.check(frame, length, number));
          };
    }

    boolean greet() {
      long room = from.reserve();
      if (heard == 0 && room != 0) {
        TestFrame.writeForeign(room, toMac, fromMac, GREETING);
        from.commit(TestFrame.MIN_BYTES);
        from.flush();
      }
      to.receive(check, BURST);
      return heard > 0;
    }

    boolean done() {
      return ledger.received() == target;
    }

    int send() {
      long allowed = Math.min(window - (sent - ledger.received()), target - sent);
      int burst = 0;
      while (burst < allowed && burst < BURST) {
        long room = from.reserve();
        if (room == 0) {
          break;
        }
        int length = sizes.applyAsInt(sent);
        TestFrame.write(room, length, toMac, fromMac, number, sent);
        from.commit(length);
        bytes += length;
        sent++;
        burst++;
      }
      if (burst > 0) {
        from.flush();
      }
      return burst;
    }

    int receive() {
      return to.receive(check, BURST);
    }

    Outcome outcome() {
      return new Outcome(
          sent,
          ledger.received(),
          bytes,
          ledger.lost(sent),
          ledger.corrupted(),
          ledger.duplicated(),
          ledger.reordered());
    }
  }
}

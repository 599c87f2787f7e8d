package io.mooring.net;

import io.mooring.api.memory.HostMemory;
import io.mooring.api.virtqueue.Chains;
import io.mooring.api.virtqueue.Virtqueue;

/**
 * Answers a driver's commands (virtio 1.3, section 5.1.6.5), for front-ends that leave the control
 * queue to the back-end. Every command gets its answer, because drivers wait for it.
 */
final class ControlQueue {

  private static final int BURST = 16;
  private static final byte OK = 0;
  private static final byte ERR = 1;

  private final Chains chains = new Chains(BURST);
  private final Command command = new Command(chains);
  private final ControlCommands commands;
  private final Counters counters;

  ControlQueue(ControlCommands commands, Counters counters) {
    this.commands = commands;
    this.counters = counters;
  }

  /** Answers what waits, a burst at most; returns how many commands there were. */
  int serve(Virtqueue queue) {
    int count = queue.take(chains, BURST);
    for (int i = 0; i < count; i++) {
      command.begin(i);
      boolean right = chains.writableBytes[i] > 0 && commands.run(command);
      counters.controlRefused += right ? 0 : 1;
      answer(i, right ? OK : ERR);
    }
    queue.publish(chains, count);
    return count;
  }

  private void answer(int chain, byte ack) {
    // Without room for an answer the driver gets at least its buffers back.
    if (chains.writableBytes[chain] > 0) {
      HostMemory.putByte(chains.address[chains.first[chain] + chains.readable[chain]], ack);
      chains.written[chain] = 1;
    } else {
      chains.written[chain] = 0;
    }
  }
}

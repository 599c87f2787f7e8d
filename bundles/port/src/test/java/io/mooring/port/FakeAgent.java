package io.mooring.port;

import io.mooring.api.device.Agent;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

/** An agent whose work is the test's; it counts what the worker does with it. */
final class FakeAgent implements Agent {

  final AtomicLong polls = new AtomicLong();
  final AtomicLong arms = new AtomicLong();
  final AtomicLong disarms = new AtomicLong();
  volatile IntSupplier work = () -> 0;
  volatile boolean workWhenArmed;
  volatile Runnable atArm = () -> {};
  volatile boolean armed;
  volatile boolean joined;
  volatile boolean left;
  volatile int wakeDescriptor = -1;

  @Override
  public String group() {
    return "test";
  }

  @Override
  public void joined() {
    joined = true;
  }

  @Override
  public void left() {
    left = true;
  }

  @Override
  public int poll() {
    polls.incrementAndGet();
    return work.getAsInt();
  }

  @Override
  public boolean arm() {
    arms.incrementAndGet();
    armed = true;
    atArm.run();
    return workWhenArmed;
  }

  @Override
  public void disarm() {
    disarms.incrementAndGet();
    armed = false;
  }

  @Override
  public int wakeDescriptor() {
    return wakeDescriptor;
  }
}

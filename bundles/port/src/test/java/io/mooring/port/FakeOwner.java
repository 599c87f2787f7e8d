package io.mooring.port;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An owner that notes what its agent is guilty of. */
final class FakeOwner implements AgentOwner {

  final List<String> faults = new CopyOnWriteArrayList<>();
  volatile boolean intact = true;
  volatile boolean touchable = true;
  volatile Runnable atFault = () -> {};
  volatile Runnable atFailure = () -> {};
  private final String name;

  FakeOwner(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void fault(String reason) {
    faults.add(reason);
    atFault.run();
  }

  @Override
  public void failed(String what, Throwable failure) {
    atFailure.run();
    AgentOwner.super.failed(what, failure);
  }

  @Override
  public boolean memoryTouchable() {
    return touchable;
  }

  @Override
  public boolean memoryIntact() {
    return intact;
  }
}

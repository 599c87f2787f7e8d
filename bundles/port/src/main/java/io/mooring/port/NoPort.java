package io.mooring.port;

import java.util.concurrent.locks.ReentrantLock;

/** The port that there is not: what is rehearsed is rehearsed with it. Any thread. */
final class NoPort implements Conversation.Side, AgentOwner {

  private final String name;
  private final PortRooms rooms;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile boolean failed;

  NoPort(String name, PortRooms rooms) {
    this.name = name;
    this.rooms = rooms;
  }

  /** Whether the engine, the device or what they read failed. */
  boolean failed() {
    return failed;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public PortRooms rooms() {
    return rooms;
  }

  @Override
  public ReentrantLock lock() {
    return lock;
  }

  @Override
  public void silence(String reason) {}

  @Override
  public void fault(String reason) {
    failed = true;
  }

  @Override
  public void failed(String what, Throwable failure) {
    failed = true;
  }

  @Override
  public boolean memoryIntact() {
    return true;
  }
}

package io.mooring.port;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/** The port that there is not: what is rehearsed is rehearsed with it. Any thread. */
final class NoPort implements Conversation.Side, AgentOwner {

  private final String name;
  private final PortRooms rooms;
  private final ReentrantLock lock = new ReentrantLock();

  /** The first one counts. */
  private final AtomicReference<String> failure = new AtomicReference<>();

  NoPort(String name, PortRooms rooms) {
    this.name = name;
    this.rooms = rooms;
  }

  /** Why a room, or what it reads, failed, if so. */
  Optional<String> failure() {
    return Optional.ofNullable(failure.get());
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
  public void silence(String reason) {
    failure.compareAndSet(null, reason);
  }

  @Override
  public void fault(String reason) {
    failure.compareAndSet(null, reason);
  }

  @Override
  public void failed(String what, Throwable thrown) {
    failure.compareAndSet(null, "%s: %s".formatted(what, thrown));
  }

  @Override
  public boolean memoryIntact() {
    return true;
  }
}

package io.mooring.port;

import io.mooring.api.os.Os;
import io.mooring.linux.LinuxOs;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** A worker, two agents, and who answers for them. */
abstract class WorkerStage {

  static final long SPIN = TimeUnit.MICROSECONDS.toNanos(50);

  final Os os = new LinuxOs();
  final Rooms rooms = new Rooms(new FakeContext().context);
  final Worker worker;
  final FakeAgent agent = new FakeAgent();
  final FakeAgent other = new FakeAgent();
  final FakeOwner owner = new FakeOwner("a");
  final FakeOwner otherOwner = new FakeOwner("b");

  WorkerStage() throws IOException {
    rooms.bindOs(os);
    worker = new Worker("worker-test", -1, SPIN, rooms);
  }

  @AfterEach
  void close() {
    worker.close();
  }

  void poll(FakeAgent... agents) {
    for (FakeAgent each : agents) {
      worker.add(each, each == agent ? owner : otherOwner);
    }
  }

  static void assertPolledOn(FakeAgent agent) {
    long before = agent.polls.get();
    Eventually.holds("the agent is polled", () -> agent.polls.get() > before + 3);
  }
}

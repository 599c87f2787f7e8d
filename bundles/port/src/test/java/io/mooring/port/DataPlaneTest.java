package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.mooring.api.virtqueue.VirtqueueEngine;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Constants;

class DataPlaneTest {

  private Harbour harbour;

  @BeforeEach
  void open() throws Exception {
    harbour = new Harbour();
  }

  @AfterEach
  void close() throws Exception {
    harbour.close();
  }

  @Test
  void aQueueThatStopsWhileItsEngineOnProbationFailsIsWhereTheOldOneFindsIt() throws Exception {
    DataPlane plane = harbour.plane.orElseThrow();
    harbour.start(0, 5);
    harbour.engine.progress = 3;
    Provider<VirtqueueEngine> old = harbour.portRooms.engine().get().orElseThrow();
    var newcomer = new FakeEngine("newcomer", harbour.log);
    harbour.rooms.bindEngine(newcomer, Map.of(Constants.SERVICE_ID, 7L));
    plane.moveTo(
        harbour.rooms.engines().all().stream()
            .filter(each -> each.service().equals(newcomer))
            .findFirst()
            .orElseThrow(),
        EngineQueue::base);
    harbour.engine.progress = 0;
    plane.probation(
        new Fallback() {
          @Override
          public boolean anyTime() {
            return true;
          }

          @Override
          public void back(String why, ToIntFunction<EngineQueue> from) {
            plane.moveTo(old, from);
          }
        });
    newcomer.silence = new IllegalStateException("says nothing");
    assertEquals(8, plane.stop(0, -1));
    assertFalse(plane.runs(0));
  }
}

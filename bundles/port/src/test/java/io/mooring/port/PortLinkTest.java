package io.mooring.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mooring.linux.LinuxOs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.component.ComponentConstants;

/** A link that an operator took away is not there until an operator gives it back. */
class PortLinkTest {

  @TempDir private Path home;

  private final FakeContext framework = new FakeContext();
  private final Rooms rooms = new Rooms(framework.context);
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final FakeDeviceType net = new FakeDeviceType(new FakeDevice(log));
  private final Workers workers;

  PortLinkTest() throws IOException {
    rooms.bindOs(new LinuxOs());
    rooms.bindDevice(net, Map.of());
    workers = new Workers(rooms, new int[] {-1}, 50);
  }

  @AfterEach
  void close() {
    workers.close();
  }

  private VhostPort port() {
    Map<String, Object> configuration =
        Map.of("service.pid", "io.mooring.port~a", "socket", home.resolve("a").toString());
    return new VhostPort(
        framework.context,
        configuration,
        rooms,
        workers,
        new Predecessor(framework.context, rooms));
  }

  private List<String> told() {
    List<String> links = log.stream().filter(each -> each.startsWith("link")).toList();
    log.clear();
    return links;
  }

  @Test
  void anotherDeviceIsToldThatItIsDown() {
    VhostPort port = port();
    port.link(false);
    assertEquals(List.of("link down"), told());
    rooms.unbindDevice(net);
    rooms.bindDevice(new FakeDeviceType(new FakeDevice(log)), Map.of());
    assertEquals(List.of("link down"), told());
    port.close(ComponentConstants.DEACTIVATION_REASON_DISPOSED);
  }

  @Test
  void itStaysDownOverARestartUntilItIsGivenBack() {
    framework.properties.put("io.mooring.home", home.toString());
    assertRestarted(List.of(), true, false);
    assertRestarted(List.of("link down"), false, false);
    assertRestarted(List.of("link down"), false, true);
    assertRestarted(List.of(), true, true);
  }

  private void assertRestarted(List<String> told, boolean up, boolean next) {
    VhostPort port = port();
    assertEquals(told, told());
    assertEquals(up, port.status().linkUp());
    port.link(next);
    port.close(ComponentConstants.DEACTIVATION_REASON_DISPOSED);
    log.clear();
  }

  @Test
  void aPortThatIsRemovedAndMadeAgainBeginsWithALink() {
    framework.properties.put("io.mooring.home", home.toString());
    VhostPort port = port();
    port.link(false);
    port.close(ComponentConstants.DEACTIVATION_REASON_CONFIGURATION_DELETED);
    log.clear();
    assertRestarted(List.of(), true, true);
  }

  @Test
  void withoutAHomeNothingIsRemembered() {
    assertRestarted(List.of(), true, false);
    assertRestarted(List.of(), true, false);
  }
}

package io.mooring.port;

import io.mooring.api.memory.MappedRegion;
import io.mooring.api.port.PortState;
import io.mooring.api.port.PortStatus;
import io.mooring.api.port.PortStatus.Room;
import io.mooring.api.profile.Profile;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Paints the picture of a port that management sees; under the port's lock. */
final class PortPicture {

  private PortPicture() {}

  /** A port whose configuration is wrong. */
  static PortStatus failed(String name, PortState state, String error) {
    return new PortStatus(
        name, state, error, "", Map.of(), "", "", false, "", 0, 0, 0, 0, "", 0, Map.of(), 0, 0,
        List.of(), Map.of(), List.of(), "");
  }

  static PortStatus of(
      PortState state,
      String error,
      PortSettings settings,
      Map<String, String> sockets,
      Optional<Profile> offered,
      long peer,
      Optional<PortSession> session,
      PortDevice device,
      List<Room> rooms,
      String note) {
    Optional<DataPlane> plane = device.plane();
    List<MappedRegion> mapped = session.map(PortSession::mapped).orElse(List.of());
    return new PortStatus(
        settings.name(),
        state,
        error,
        settings.socket().toString(),
        sockets,
        settings.client() ? "client" : "server",
        settings.device(),
        device.linkUp(),
        offered.map(Profile::name).orElse(""),
        offered.map(Profile::features).orElse(0L),
        session.map(PortSession::features).orElse(0L),
        session.map(PortSession::protocolFeatures).orElse(0L),
        peer,
        plane.map(each -> each.worker().name()).orElse(""),
        plane.map(each -> each.worker().busyNanos()).orElse(0L),
        settings.deviceSettings(),
        mapped.size(),
        mapped.stream().mapToLong(each -> each.region().size()).sum(),
        session.map(each -> each.queues().status()).orElse(List.of()),
        plane.map(DataPlane::counters).orElse(Map.of()),
        rooms,
        note);
  }
}

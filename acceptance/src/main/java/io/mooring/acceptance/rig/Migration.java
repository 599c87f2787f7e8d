package io.mooring.acceptance.rig;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.mooring.acceptance.rig.Guest.Move;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A live migration between two QEMUs of this machine, driven through their monitors. */
final class Migration {

  /** Memory is sent as fast as it can be, so that few pages are sent twice. */
  private static final long FAST = 1L << 32;

  /**
   * QEMU stops the guest when it expects to send the rest of its memory in this time. With its
   * default of 300 ms, and with 50 still, that is most of what guests stand still, and hides what a
   * back-end adds.
   */
  private static final int DOWNTIME_MILLIS = 2;

  /** Slow enough that most of the memory is still at the source when something else happens. */
  private static final long SLOW = 1 << 20;

  private static final Duration LIMIT = Duration.ofMinutes(1);

  private Migration() {}

  /** Moves the guest, and waits for the end. */
  static Move run(Qemu source, Qemu destination) {
    try (Monitor there = destination.monitor();
        Monitor here = source.monitor()) {
      begin(here, there, destination, FAST);
      return awaitEnd(here, source, destination);
    }
  }

  static Move postCopy(Qemu source, Qemu destination) {
    try (Monitor there = destination.monitor();
        Monitor here = source.monitor()) {
      there.execute("migrate-set-capabilities", postCopyOn());
      here.execute("migrate-set-capabilities", postCopyOn());
      begin(here, there, destination, SLOW);
      Eventually.holds(
          "memory is on its way",
          LIMIT,
          () -> state(here).has("ram") && status(here).equals("active"),
          () -> state(here));
      here.execute("migrate-start-postcopy", new JsonObject());
      here.execute("migrate-set-parameters", parameters(FAST));
      return awaitEnd(here, source, destination);
    }
  }

  static void toNowhere(Qemu source) {
    try (Monitor here = source.monitor()) {
      var uri = new JsonObject();
      uri.addProperty("uri", "exec:cat >/dev/null");
      here.execute("migrate-set-parameters", parameters(SLOW));
      here.execute("migrate", uri);
    }
  }

  static void cancel(Qemu source) {
    try (Monitor here = source.monitor()) {
      here.execute("migrate_cancel", new JsonObject());
      Eventually.holds(
          "the migration is cancelled",
          LIMIT,
          () -> status(here).equals("cancelled"),
          () -> state(here));
    }
  }

  private static void begin(Monitor here, Monitor there, Qemu destination, long bandwidth) {
    var uri = new JsonObject();
    uri.addProperty("uri", destination.migrationUri());
    there.execute("migrate-incoming", uri);
    here.execute("migrate-set-parameters", parameters(bandwidth));
    here.execute("migrate", uri);
  }

  private static JsonObject parameters(long bytesASecond) {
    var parameters = new JsonObject();
    parameters.addProperty("max-bandwidth", bytesASecond);
    parameters.addProperty("max-postcopy-bandwidth", FAST);
    parameters.addProperty("downtime-limit", DOWNTIME_MILLIS);
    return parameters;
  }

  private static JsonObject postCopyOn() {
    var capability = new JsonObject();
    capability.addProperty("capability", "postcopy-ram");
    capability.addProperty("state", true);
    var list = new JsonArray();
    list.add(capability);
    var capabilities = new JsonObject();
    capabilities.add("capabilities", list);
    return capabilities;
  }

  private static Move awaitEnd(Monitor here, Qemu source, Qemu destination) {
    return Eventually.within(LIMIT, () -> end(here))
        .orElseThrow(() ->
            new AssertionError("the migration does not end" + source.logs() + destination.logs()));
  }

  private static JsonObject state(Monitor monitor) {
    return monitor.execute("query-migrate", new JsonObject());
  }

  private static String status(Monitor monitor) {
    JsonObject state = state(monitor);
    return state.has("status") ? state.get("status").getAsString() : "";
  }

  private static Optional<Move> end(Monitor monitor) {
    JsonObject state = state(monitor);
    String status = state.get("status").getAsString();
    if (!List.of("completed", "failed").contains(status)) {
      return Optional.empty();
    }
    return Optional.of(
        status.equals("completed")
            ? new Move(
                status,
                state.get("downtime").getAsLong(),
                state.getAsJsonObject("ram").get("downtime-bytes").getAsLong())
            : new Move(status, -1, -1));
  }
}

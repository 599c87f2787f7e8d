package io.mooring.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Path;

/** Mooring, started as users start it. */
final class MooringBackEnd implements BackEnd {

  private final Bench bench;
  private final int core;

  MooringBackEnd(Bench bench, int core) {
    this.bench = bench;
    this.core = core;
  }

  @Override
  public String name() {
    return "mooring";
  }

  @Override
  public Running start(Path first, Path second) throws BenchException, InterruptedException {
    return new Serving(
        Instance.start(
            bench, "--port", "a=" + first, "--port", "b=" + second, "--cores", "" + core));
  }

  /** The ports, as {@code vhost:ports --json} shows them. */
  static Work work(JsonArray ports) {
    long frames = 0;
    for (var port : ports) {
      JsonObject counters = port.getAsJsonObject().getAsJsonObject("counters");
      frames += counters.get("from_guest_frames").getAsLong();
    }
    // One worker serves both.
    long busy = ports.get(0).getAsJsonObject().get("workerBusyNanos").getAsLong();
    return new Work(busy, frames);
  }

  private record Serving(Instance instance) implements Running {

    @Override
    public Work work() throws BenchException {
      return MooringBackEnd.work(ports());
    }

    private JsonArray ports() throws BenchException {
      return instance.ask("vhost:ports --json").getAsJsonArray();
    }

    @Override
    public long features() throws BenchException {
      return Long.decode(ports().get(0).getAsJsonObject().get("features").getAsString());
    }

    @Override
    public String version() {
      return "Mooring on Java " + Runtime.version().feature();
    }

    @Override
    public long pid() {
      return instance.pid();
    }

    @Override
    public void close() {
      instance.close();
    }
  }
}

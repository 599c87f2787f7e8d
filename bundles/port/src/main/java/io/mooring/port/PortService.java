package io.mooring.port;

import io.mooring.api.port.Port;
import io.mooring.api.port.PortState;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;

/** A port as the service that others see, whose properties tell where it is. */
final class PortService {

  private final VhostPort port;
  private final Supplier<Optional<String>> profile;
  private PortState state = PortState.PARKED;
  private String error = SocketLoop.OPENING;
  private volatile String note = "";
  private ServiceRegistration<Port> registration;

  /**
   * @param profile the name of the one that a connected front-end has
   */
  PortService(VhostPort port, Supplier<Optional<String>> profile) {
    this.port = port;
    this.profile = profile;
  }

  /** Begins; {@code wrong} says why the port cannot start, and is empty when it can. */
  void register(BundleContext context, String wrong) {
    if (!wrong.isEmpty()) {
      state = PortState.FAILED;
      error = wrong;
    }
    registration = context.registerService(Port.class, port, properties());
  }

  void unregister() {
    registration.unregister();
  }

  private Dictionary<String, Object> properties() {
    var properties = new HashMap<String, Object>();
    properties.put(Port.NAME, port.name());
    properties.put(Port.STATE, state.name());
    if (!error.isEmpty()) {
      properties.put(Port.ERROR, error);
    }
    profile.get().ifPresent(name -> properties.put(Port.PROFILE, name));
    return FrameworkUtil.asDictionary(properties);
  }

  /** Where the port is now; {@code why} is empty or says what it waits for or failed of. */
  void state(PortState now, String why) {
    port.lock().lock();
    try {
      if (state != now || !error.equals(why)) {
        state = now;
        error = why;
        tell();
      }
    } finally {
      port.lock().unlock();
    }
  }

  /** The profile may be another one. */
  void tell() {
    registration.setProperties(properties());
  }

  PortState state() {
    return state;
  }

  /** What an operator should know besides the state, such as a swap that was taken back. */
  void note(String now) {
    note = now;
  }

  String note() {
    return note;
  }

  String error() {
    return error;
  }
}

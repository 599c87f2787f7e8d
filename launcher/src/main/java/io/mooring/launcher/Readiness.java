package io.mooring.launcher;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.AllServiceListener;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * Waits until every configured port serves. It looks at the properties of the ports' services only:
 * the launcher shares no class with the bundles.
 */
final class Readiness {

  private static final String PORT = "io.mooring.api.port.Port";
  private static final Set<String> SERVING = Set.of("LISTENING", "CONNECTING", "CONNECTED");

  private final BundleContext context;
  private final Set<String> expected;

  /** A permit for each change of a port since the last look. */
  private final Semaphore changes = new Semaphore(0);

  Readiness(BundleContext context, Set<String> expected) {
    this.context = context;
    this.expected = expected;
  }

  /** Returns when all ports serve. */
  void await(Duration patience) throws Refusal, InterruptedException {
    AllServiceListener listener = _ -> changes.release();
    try {
      context.addServiceListener(listener, "(objectClass=" + PORT + ")");
      await(System.nanoTime() + patience.toNanos());
    } catch (InvalidSyntaxException exception) {
      throw new IllegalStateException(exception);
    } finally {
      context.removeServiceListener(listener);
    }
  }

  private void await(long deadline) throws Refusal, InterruptedException {
    while (true) {
      Map<String, ServiceReference<?>> ports = ports();
      var missing = new TreeSet<>(expected);
      for (var port : ports.entrySet()) {
        String state = property(port.getValue(), "port.state");
        if (state.equals("FAILED") && expected.contains(port.getKey())) {
          throw Refusal.failed(
              "port " + port.getKey() + ": " + property(port.getValue(), "port.error"));
        }
        if (SERVING.contains(state)) {
          missing.remove(port.getKey());
        }
      }
      if (missing.isEmpty()) {
        return;
      }
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw late(missing.first(), ports.get(missing.first()));
      }
      if (changes.tryAcquire(left, TimeUnit.MILLISECONDS)) {
        changes.drainPermits();
      }
    }
  }

  private Map<String, ServiceReference<?>> ports() {
    var ports = new HashMap<String, ServiceReference<?>>();
    try {
      ServiceReference<?>[] references = context.getAllServiceReferences(PORT, null);
      if (references != null) {
        for (ServiceReference<?> reference : references) {
          ports.put(property(reference, "port.name"), reference);
        }
      }
    } catch (InvalidSyntaxException exception) {
      throw new IllegalStateException(exception);
    }
    return ports;
  }

  private Refusal late(String name, ServiceReference<?> reference) {
    if (reference != null) {
      return Refusal.failed(
          "port %s: still %s after 20 s: %s"
              .formatted(
                  name, property(reference, "port.state"), property(reference, "port.error")));
    }
    return Refusal.failed(
        "port %s: not there after 20 s: %s".formatted(name, new Diagnosis(context).why()));
  }

  private static String property(ServiceReference<?> reference, String key) {
    return reference.getProperty(key) instanceof String text ? text : "";
  }
}

package io.mooring.port;

import java.util.Map;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/**
 * A room's service, and where it comes from.
 *
 * @param bundle the symbolic name of the bundle that brings it
 * @param version that bundle's
 * @param bundleId that bundle's number
 * @param ranking of the service: the higher, the better
 * @param serviceId the lower, the older
 */
record Provider<T>(
    T service, String bundle, Version version, long bundleId, int ranking, long serviceId) {

  /** Reads the properties that the framework gives each service. */
  static <T> Provider<T> of(T service, Map<String, Object> properties, BundleContext context) {
    long bundleId = number(properties, Constants.SERVICE_BUNDLEID).orElse(0L);
    Optional<Bundle> bundle =
        number(properties, Constants.SERVICE_BUNDLEID).map(id -> context.getBundle(id));
    return new Provider<>(
        service,
        bundle.map(Bundle::getSymbolicName).orElse(""),
        bundle.map(Bundle::getVersion).orElse(Version.emptyVersion),
        bundleId,
        number(properties, Constants.SERVICE_RANKING).orElse(0L).intValue(),
        number(properties, Constants.SERVICE_ID).orElse(0L));
  }

  private static Optional<Long> number(Map<String, Object> properties, String key) {
    return Optional.ofNullable((Number) properties.get(key)).map(Number::longValue);
  }

  /** For people: {@code io.mooring.virtqueue 1.0.0 [17]}. */
  String text() {
    return "%s %s [%d]".formatted(bundle, version, bundleId);
  }
}

package io.mooring.port;

import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

/** A framework that only notes the services registered with it, and their properties. */
final class FakeContext {

  private final Map<Class<?>, Map<String, Object>> services =
      Collections.synchronizedMap(new HashMap<>());

  /** The framework's own properties. */
  final Map<String, String> properties = new HashMap<>();

  /** Every state that a port's service was seen in. */
  final List<String> states = new CopyOnWriteArrayList<>();

  /** Told of each service as it is registered, as service listeners are. */
  Consumer<Object> registered = _ -> {};

  final BundleContext context =
      (BundleContext)
          Proxy.newProxyInstance(
              BundleContext.class.getClassLoader(),
              new Class<?>[] {BundleContext.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "registerService" -> {
                      Object registration =
                          register((Class<?>) arguments[0], (Dictionary<?, ?>) arguments[2]);
                      registered.accept(arguments[1]);
                      yield registration;
                    }
                    case "getBundle" -> null;
                    case "getProperty" -> properties.get((String) arguments[0]);
                    default -> throw new UnsupportedOperationException(method.toString());
                  });

  /** Properties of a service that a bundle provides. */
  static Map<String, Object> from(long bundleId) {
    return Map.of("service.bundleid", bundleId, "service.id", bundleId);
  }

  private Object register(Class<?> type, Dictionary<?, ?> given) {
    put(type, given);
    return Proxy.newProxyInstance(
        ServiceRegistration.class.getClassLoader(),
        new Class<?>[] {ServiceRegistration.class},
        (proxy, method, arguments) -> {
          switch (method.getName()) {
            case "setProperties" -> {
              if (!services.containsKey(type)) {
                throw new IllegalStateException("the service is not registered");
              }
              put(type, (Dictionary<?, ?>) arguments[0]);
            }
            case "unregister" -> services.remove(type);
            default -> throw new UnsupportedOperationException(method.toString());
          }
          return null;
        });
  }

  private void put(Class<?> type, Dictionary<?, ?> given) {
    Map<String, Object> map = new HashMap<>();
    if (given != null) {
      Collections.list(given.keys()).forEach(key -> map.put((String) key, given.get(key)));
    }
    services.put(type, map);
    if (map.containsKey("port.state")) {
      states.add((String) map.get("port.state"));
    }
  }

  boolean has(Class<?> type) {
    return services.containsKey(type);
  }

  /** A property of a service; empty when there is no such service or property. */
  String property(Class<?> type, String key) {
    return String.valueOf(services.getOrDefault(type, Map.of()).getOrDefault(key, ""));
  }
}

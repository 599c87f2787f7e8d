package io.mooring.shell;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** The commands of the scope {@code vhost} that are there now, whoever brought them. Any thread. */
@Component(service = Commands.class)
public final class Commands {

  /** What a name has before it when it is written in full. */
  static final String SCOPE = "vhost:";

  private final BundleContext context;

  @Activate
  public Commands(BundleContext context) {
    this.context = context;
  }

  /** One of this bundle's own by its name, with the scope or without. */
  Optional<Command> own(String name) {
    return services().get(plain(name)) instanceof Command command
        ? Optional.of(command)
        : Optional.empty();
  }

  /** One of all, by its name, with the scope or without. */
  Optional<Syntax> find(String name) {
    return Optional.ofNullable(all().get(plain(name)));
  }

  private static String plain(String name) {
    return name.startsWith(SCOPE) ? name.substring(SCOPE.length()) : name;
  }

  /** All of them by name, without the scope. */
  Map<String, Syntax> all() {
    var all = new TreeMap<String, Syntax>();
    services().forEach((name, service) -> all.put(name, syntax(name, service)));
    return all;
  }

  private static Syntax syntax(String name, Object service) {
    return service instanceof Command command
        ? command.usage().syntax()
        : Arrays.stream(service.getClass().getMethods())
            .filter(method -> method.getName().equals(name))
            .findFirst()
            .map(Syntax::of)
            .orElse(Syntax.NONE);
  }

  private Map<String, Object> services() {
    var services = new TreeMap<String, Object>();
    for (ServiceReference<?> reference : references()) {
      Object service = context.getService(reference);
      Object functions = reference.getProperty("osgi.command.function");
      for (Object each : functions instanceof Object[] many ? many : new Object[] {functions}) {
        String name = String.valueOf(each);
        if (service != null && !name.startsWith("_")) {
          services.put(name, service);
        }
      }
    }
    return services;
  }

  private ServiceReference<?>[] references() {
    try {
      ServiceReference<?>[] found =
          context.getAllServiceReferences(null, "(" + Command.SCOPE + ")");
      return found == null ? new ServiceReference<?>[0] : found;
    } catch (InvalidSyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}

package io.mooring.shell;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.apache.felix.service.command.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** {@code vhost:help}: Gogo's own help knows methods only, not functions with a dash. */
@Component(
    service = Function.class,
    property = {Command.SCOPE, "osgi.command.function=help"})
public final class HelpCommand implements Function {

  private static final String SCOPE = "vhost:";

  private final BundleContext context;

  @Activate
  public HelpCommand(BundleContext context) {
    this.context = context;
  }

  @Override
  public Object execute(CommandSession session, List<Object> arguments) throws Exception {
    if (arguments.isEmpty()) {
      return overview();
    }
    String asked = String.valueOf(arguments.getFirst());
    String name = asked.startsWith(SCOPE) ? asked.substring(SCOPE.length()) : asked;
    if (services().get(name) instanceof Command command) {
      return command.usage().help();
    }
    return session.execute("felix:help '" + asked.replace("'", "") + "'");
  }

  private String overview() throws InvalidSyntaxException {
    var lines = new ArrayList<List<String>>();
    services()
        .forEach((name, service) -> {
          if (!name.startsWith("_")) {
            lines.add(List.of(SCOPE + name, purpose(name, service)));
          }
        });
    return Table.align(lines) + "\n\nhelp COMMAND says more; felix:help lists all other commands";
  }

  private static String purpose(String name, Object service) {
    return switch (service) {
      case Command command -> command.usage().purpose();
      case HelpCommand _ -> "this text, or the help of one command";
      default ->
          Arrays.stream(service.getClass().getMethods())
              .filter(method -> method.getName().equals(name))
              .map(HelpCommand::descriptor)
              .filter(text -> !text.isEmpty())
              .findFirst()
              .orElse("");
    };
  }

  private static String descriptor(Method method) {
    Descriptor descriptor = method.getAnnotation(Descriptor.class);
    return descriptor == null ? "" : descriptor.value();
  }

  /** All commands of the scope, by name, whoever brought them. */
  private Map<String, Object> services() throws InvalidSyntaxException {
    var services = new TreeMap<String, Object>();
    ServiceReference<?>[] references =
        context.getAllServiceReferences(null, "(" + Command.SCOPE + ")");
    for (ServiceReference<?> reference :
        references == null ? new ServiceReference<?>[0] : references) {
      Object service = context.getService(reference);
      if (service == null) {
        continue;
      }
      Object functions = reference.getProperty("osgi.command.function");
      for (Object function : functions instanceof Object[] many ? many : new Object[] {functions}) {
        services.put(String.valueOf(function), service);
      }
    }
    return services;
  }
}

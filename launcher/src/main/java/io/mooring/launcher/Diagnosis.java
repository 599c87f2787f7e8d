package io.mooring.launcher;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.BundleStartLevel;

/**
 * Says why something of ours does not run. The component runtime's types are a bundle's, so the
 * launcher reads them by reflection.
 */
final class Diagnosis {

  private static final String OURS = "io.mooring.";
  private static final String RUNTIME =
      "org.osgi.service.component.runtime.ServiceComponentRuntime";

  private final BundleContext context;

  Diagnosis(BundleContext context) {
    this.context = context;
  }

  String why() {
    var faults = new ArrayList<String>();
    for (Bundle bundle : context.getBundles()) {
      String name = bundle.getSymbolicName();
      if (name != null && name.startsWith(OURS) && meant(bundle)) {
        faults.add("bundle " + name + " is not active");
      }
    }
    try {
      faults.addAll(unsatisfied());
    } catch (ReflectiveOperationException exception) {
      faults.add("the component runtime does not answer: " + Reason.message(exception));
    }
    return faults.isEmpty() ? "no bundle makes a port of it" : String.join("; ", faults);
  }

  /** Whether a bundle is to run and does not; those of profiles and fragments are not to. */
  private static boolean meant(Bundle bundle) {
    return bundle.adapt(BundleStartLevel.class).isPersistentlyStarted()
        && bundle.getState() != Bundle.ACTIVE;
  }

  private List<String> unsatisfied() throws ReflectiveOperationException {
    var faults = new ArrayList<String>();
    ServiceReference<?> reference = context.getServiceReference(RUNTIME);
    if (reference == null) {
      return List.of("the component runtime is not active");
    }
    Object runtime = context.getService(reference);
    Object bundles = Array.newInstance(Bundle.class, 0);
    Class<?> type = runtime.getClass().getClassLoader().loadClass(RUNTIME);
    var descriptions =
        (Collection<?>)
            type.getMethod("getComponentDescriptionDTOs", Bundle[].class).invoke(runtime, bundles);
    for (Object description : descriptions) {
      String name = (String) field(description, "name");
      if (!name.startsWith(OURS)) {
        continue;
      }
      var configurations =
          (Collection<?>)
              type.getMethod("getComponentConfigurationDTOs", description.getClass())
                  .invoke(runtime, description);
      for (Object configuration : configurations) {
        Object references = field(configuration, "unsatisfiedReferences");
        for (int index = 0; index < Array.getLength(references); index++) {
          Object missing = field(Array.get(references, index), "name");
          faults.add("component " + name + " lacks its reference " + missing);
        }
        if (field(configuration, "failure") instanceof String failure) {
          faults.add("component " + name + " failed: " + cause(failure));
        }
      }
    }
    return faults;
  }

  /** The last cause of a stack trace, which says what the others only pass on. */
  private static String cause(String trace) {
    return trace
        .lines()
        .filter(line -> line.startsWith("Caused by: "))
        .map(line -> line.substring("Caused by: ".length()))
        .reduce((_, last) -> last)
        .or(() -> trace.lines().findFirst())
        .orElse("");
  }

  private static Object field(Object transfer, String name) throws ReflectiveOperationException {
    return transfer.getClass().getField(name).get(transfer);
  }
}

package io.mooring.port;

import io.mooring.api.swap.SwapException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;

/**
 * What is to take a bundle's place, where only one of both can be: compared with it before it does,
 * by what both declare.
 */
final class Prospect {

  /** The capability of a bundle that has a profile. */
  static final String PROFILE = "io.mooring.profile";

  /** The capability of a bundle that registers a service (OSGi R8 Compendium, 135.4). */
  private static final String SERVICE = "osgi.service";

  private final Bundle old;
  private final Collection<VhostPort> ports;
  private final FrameworkWiring wiring;

  /**
   * @param ports what they use of the old bundle is to be there in the new one
   */
  Prospect(Bundle old, Collection<VhostPort> ports, FrameworkWiring wiring) {
    this.old = old;
    this.ports = ports;
    this.wiring = wiring;
  }

  /** Says what a bundle lacks to take the other's place. */
  void check(Bundle installed) throws SwapException {
    if (!old.getSymbolicName().equals(installed.getSymbolicName())) {
      throw new SwapException(
          "it is bundle %s, not %s".formatted(installed.getSymbolicName(), old.getSymbolicName()));
    }
    BundleRevision now = old.adapt(BundleRevision.class);
    BundleRevision next = installed.adapt(BundleRevision.class);
    requireNothingLacking(next);
    Set<String> services = services(now);
    services.removeAll(services(next));
    if (!services.isEmpty()) {
      throw new SwapException("it does not provide " + String.join(", ", services));
    }
    List<Map<String, Object>> offered = profiles(next);
    for (Map<String, Object> profile : profiles(now)) {
      requireProfile(profile, offered);
    }
  }

  private void requireNothingLacking(BundleRevision next) throws SwapException {
    String lacking =
        next.getDeclaredRequirements(null).stream()
            .filter(Prospect::matters)
            .filter(each -> wiring.findProviders(each).isEmpty())
            .map(each ->
                "%s %s"
                    .formatted(
                        each.getNamespace(), each.getDirectives().get(Constants.FILTER_DIRECTIVE)))
            .collect(Collectors.joining(", "));
    if (!lacking.isEmpty()) {
      throw new SwapException("it requires what nobody provides: " + lacking);
    }
  }

  /** Whether it does not resolve without. */
  private static boolean matters(BundleRequirement requirement) {
    Map<String, String> directives = requirement.getDirectives();
    return !Namespace.RESOLUTION_OPTIONAL.equals(
            directives.get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE))
        && !Namespace.EFFECTIVE_ACTIVE.equals(
            directives.get(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE));
  }

  private static Set<String> services(BundleRevision revision) {
    return revision.getDeclaredCapabilities(SERVICE).stream()
        .flatMap(Prospect::types)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> types(BundleCapability service) {
    return switch (service.getAttributes().get(Constants.OBJECTCLASS)) {
      case Collection<?> several -> several.stream().map(Object::toString);
      case null -> Stream.of();
      case Object one -> Stream.of(one.toString());
    };
  }

  private static List<Map<String, Object>> profiles(BundleRevision revision) {
    return revision.getDeclaredCapabilities(PROFILE).stream()
        .map(BundleCapability::getAttributes)
        .toList();
  }

  private void requireProfile(Map<String, Object> profile, List<Map<String, Object>> offered)
      throws SwapException {
    Object name = profile.get("name");
    boolean there =
        offered.stream()
            .anyMatch(each ->
                each.get("name").equals(name) && each.get("hash").equals(profile.get("hash")));
    for (VhostPort port : ports) {
      if (!there && port.status().profile().equals(name)) {
        throw new SwapException(
            "port %s has profile %s, which it does not provide as it is"
                .formatted(port.name(), name));
      }
    }
  }
}

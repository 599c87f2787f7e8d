package io.mooring.port;

import io.mooring.api.profile.ProfileAdmin;
import io.mooring.api.profile.ProfileState;
import io.mooring.api.swap.SwapException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.bundle.CollisionHook;
import org.osgi.framework.hooks.bundle.EventHook;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;

/** Installs bundles beside others, and removes them with all that still holds on to them. */
final class Bundles {

  private static final int REFRESH_SECONDS = 15;

  private final BundleContext context;
  private final AtomicInteger copies = new AtomicInteger();

  Bundles(BundleContext context) {
    this.context = context;
  }

  BundleContext context() {
    return context;
  }

  /** What is to be said of a bundle. */
  interface Look {
    void at(Bundle installed) throws SwapException;
  }

  /**
   * Has a look at a bundle that nobody else sees: others take up what is installed, before it even
   * resolves.
   */
  void look(BundleContent content, Look look) throws SwapException {
    Thread looker = Thread.currentThread();
    EventHook hide =
        (event, contexts) -> {
          if (Thread.currentThread() == looker) {
            contexts.clear();
          }
        };
    ServiceRegistration<EventHook> hidden = context.registerService(EventHook.class, hide, null);
    try {
      Bundle bundle = installBeside(content);
      try {
        look.at(bundle);
      } finally {
        bundle.uninstall();
      }
    } catch (BundleException failure) {
      throw new SwapException(failure.getMessage(), failure);
    } finally {
      hidden.unregister();
    }
  }

  /** Installs a bundle although one of the same name and version may be there. */
  Bundle installBeside(BundleContent content, int startLevel) throws SwapException {
    Bundle bundle = installBeside(content);
    bundle.adapt(BundleStartLevel.class).setStartLevel(startLevel);
    return bundle;
  }

  private Bundle installBeside(BundleContent content) throws SwapException {
    Thread installer = Thread.currentThread();
    CollisionHook allow =
        (operation, target, candidates) -> {
          if (Thread.currentThread() == installer) {
            candidates.clear();
          }
        };
    ServiceRegistration<CollisionHook> registration =
        context.registerService(CollisionHook.class, allow, null);
    try {
      // The fragment tells copies apart; an update by hand reads the same URL again.
      String location = "%s#%d".formatted(content.location(), copies.incrementAndGet());
      return context.installBundle(location, content.stream());
    } catch (BundleException failure) {
      throw new SwapException(
          "%s cannot be installed: %s".formatted(content.location(), failure.getMessage()),
          failure);
    } finally {
      registration.unregister();
    }
  }

  static int startLevel(Bundle bundle) {
    return bundle.adapt(BundleStartLevel.class).getStartLevel();
  }

  /** Uninstalls a bundle; profiles that are wired to it are wired anew. */
  void remove(Bundle bundle) throws InterruptedException {
    try {
      if (bundle.getState() != Bundle.UNINSTALLED) {
        bundle.uninstall();
      }
    } catch (BundleException failure) {
      throw new IllegalStateException(bundle + ": " + failure.getMessage(), failure);
    }
    refresh(bundle);
  }

  /** Wires bundles anew, and waits for it. */
  void refresh(Bundle... bundles) throws InterruptedException {
    var refreshed = new CountDownLatch(1);
    wiring()
        .refreshBundles(
            List.of(bundles),
            event -> {
              if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
                refreshed.countDown();
              }
            });
    if (!refreshed.await(REFRESH_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "bundles are not refreshed within %d s".formatted(REFRESH_SECONDS));
    }
  }

  /** The profiles that are known now; none while their room is away. */
  List<ProfileState> profiles() {
    ServiceReference<ProfileAdmin> reference = context.getServiceReference(ProfileAdmin.class);
    if (reference == null) {
      return List.of();
    }
    try {
      ProfileAdmin admin = context.getService(reference);
      return admin == null ? List.of() : admin.known();
    } finally {
      context.ungetService(reference);
    }
  }

  FrameworkWiring wiring() {
    return context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkWiring.class);
  }
}

package io.mooring.container.broken;

import io.mooring.api.os.Os;
import io.mooring.linux.LinuxOs;
import java.io.IOException;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** System calls as they are, but that no memory can be mapped. */
public final class BrokenOs implements BundleActivator {

  @Override
  public void start(BundleContext context) {
    Os broken =
        Otherwise.in(
            Os.class,
            new LinuxOs(),
            "map",
            (_, _) -> {
              throw new IOException("no memory for anybody");
            });
    context.registerService(Os.class, broken, null);
  }

  @Override
  public void stop(BundleContext context) {
    // The framework takes the service away.
  }
}

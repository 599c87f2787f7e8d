package io.mooring.container.broken;

import io.mooring.api.os.Os;
import io.mooring.linux.LinuxOs;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** System calls as they are, but that no memory can be mapped. */
public final class BrokenOs implements BundleActivator {

  private final Os os = new LinuxOs();

  @Override
  public void start(BundleContext context) {
    Object broken =
        Proxy.newProxyInstance(
            Os.class.getClassLoader(),
            new Class<?>[] {Os.class},
            (_, method, arguments) -> call(method, arguments));
    context.registerService(Os.class, (Os) broken, null);
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    if (method.getName().equals("map")) {
      throw new IOException("no memory for anybody");
    }
    try {
      return method.invoke(os, arguments);
    } catch (InvocationTargetException failure) {
      throw failure.getCause();
    }
  }

  @Override
  public void stop(BundleContext context) {
    // The framework takes the service away.
  }
}

package io.mooring.port;

import io.mooring.api.os.Os;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.BooleanSupplier;

/** A system of which one call fails, while a test says so. */
final class LesserOs {

  private LesserOs() {}

  static Os of(Os os, String call, String failure, BooleanSupplier fails) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.getName().equals(call) && fails.getAsBoolean()) {
            throw new IOException(failure);
          }
          try {
            return method.invoke(os, arguments);
          } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
          }
        };
    return (Os)
        Proxy.newProxyInstance(Os.class.getClassLoader(), new Class<?>[] {Os.class}, handler);
  }
}

package io.mooring.container.broken;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** What a broken thing does in one method; in all others it does what a whole one does. */
interface Otherwise<T> {

  Object call(T whole, Object[] arguments) throws Throwable;

  /** Something that is as {@code whole} is but in one method. */
  @SuppressWarnings("ReferenceEquality")
  static <T> T in(Class<T> type, T whole, String method, Otherwise<T> way) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, called, arguments) -> {
              if (called.getName().equals("equals")) {
                return proxy == arguments[0];
              }
              return called.getName().equals(method)
                  ? way.call(whole, arguments)
                  : asBefore(whole, called, arguments);
            }));
  }

  private static Object asBefore(Object whole, Method called, Object[] arguments) throws Throwable {
    try {
      return called.invoke(whole, arguments);
    } catch (InvocationTargetException failure) {
      throw failure.getCause();
    }
  }
}

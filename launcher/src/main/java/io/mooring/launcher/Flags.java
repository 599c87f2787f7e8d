package io.mooring.launcher;

import java.util.Iterator;
import java.util.List;

/** Walks a command line of {@code --flag value} and {@code --flag=value}. */
final class Flags {

  private final Iterator<String> rest;
  private String flag = "";
  private String attached;

  Flags(List<String> arguments) {
    rest = arguments.iterator();
  }

  /** Goes to the next argument, if there is one. */
  boolean next() throws Refusal {
    if (attached != null) {
      throw Refusal.usage(flag + ": takes no value");
    }
    if (!rest.hasNext()) {
      return false;
    }
    flag = rest.next();
    int equals = flag.startsWith("--") ? flag.indexOf('=') : -1;
    if (equals > 0) {
      attached = flag.substring(equals + 1);
      flag = flag.substring(0, equals);
    }
    return true;
  }

  /** The argument without the value that was attached to it. */
  String flag() {
    return flag;
  }

  /** The flag's value. */
  String value() throws Refusal {
    String value = attached;
    attached = null;
    if (value == null && rest.hasNext()) {
      value = rest.next();
      if (value.startsWith("--")) {
        value = null;
      }
    }
    if (value == null || value.isEmpty()) {
      throw Refusal.usage(flag + ": its value is missing");
    }
    return value;
  }
}

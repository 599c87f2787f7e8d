package io.mooring.profile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This host's name, asked of the kernel: a resolver might make one wait. */
final class HostName {

  private HostName() {}

  static String read() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException _) {
      return "localhost";
    }
  }
}

package io.mooring.port;

import io.mooring.api.swap.SwapException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.Bundle;

/** A bundle's bytes, from a file, from a URL, or once more from one that is installed. */
final class BundleContent {

  private final byte[] bytes;
  private final String location;

  private BundleContent(byte[] bytes, String location) {
    this.bytes = bytes;
    this.location = location;
  }

  InputStream stream() {
    return new ByteArrayInputStream(bytes);
  }

  /** Where it is from. */
  String location() {
    return location;
  }

  /** Reads what an operator names. */
  static BundleContent of(String pathOrUrl) throws SwapException {
    try {
      if (pathOrUrl.matches("[a-z]{2,}:.*")) {
        try (InputStream stream = URI.create(pathOrUrl).toURL().openStream()) {
          return new BundleContent(stream.readAllBytes(), pathOrUrl);
        }
      }
      Path path = Path.of(pathOrUrl);
      return new BundleContent(Files.readAllBytes(path), path.toAbsolutePath().toUri().toString());
    } catch (NoSuchFileException nothing) {
      throw new SwapException("cannot read bundle %s: no such file".formatted(pathOrUrl), nothing);
    } catch (IOException | IllegalArgumentException failure) {
      throw new SwapException(
          "cannot read bundle %s: %s".formatted(pathOrUrl, failure.getMessage()), failure);
    }
  }

  /** The content of a bundle as it is installed, whatever has become of the file since. */
  static BundleContent of(Bundle bundle) throws SwapException {
    var bytes = new ByteArrayOutputStream();
    try (var jar = new ZipOutputStream(bytes)) {
      // First, where readers of bundles expect it.
      add(bundle, jar, JarFile.MANIFEST_NAME);
      addAll(bundle, jar, "/");
    } catch (IOException failure) {
      throw new SwapException(
          "cannot copy bundle %s: %s".formatted(bundle, failure.getMessage()), failure);
    }
    String location = bundle.getLocation();
    int copy = location.indexOf('#');
    return new BundleContent(
        bytes.toByteArray(), copy < 0 ? location : location.substring(0, copy));
  }

  private static void addAll(Bundle bundle, ZipOutputStream jar, String directory)
      throws IOException {
    var paths = bundle.getEntryPaths(directory);
    if (paths == null) {
      return;
    }
    for (String path : Collections.list(paths)) {
      if (path.endsWith("/")) {
        addAll(bundle, jar, path);
      } else if (!path.equals(JarFile.MANIFEST_NAME)) {
        add(bundle, jar, path);
      }
    }
  }

  private static void add(Bundle bundle, ZipOutputStream jar, String path) throws IOException {
    URL entry = bundle.getEntry(path);
    if (entry == null) {
      throw new IOException(path + " is not there");
    }
    jar.putNextEntry(new ZipEntry(path));
    try (InputStream content = entry.openStream()) {
      content.transferTo(jar);
    }
    jar.closeEntry();
  }
}

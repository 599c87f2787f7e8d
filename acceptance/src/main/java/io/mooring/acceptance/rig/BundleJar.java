package io.mooring.acceptance.rig;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarInputStream;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A bundle of the distribution with another manifest: what another version of it would say. */
public final class BundleJar {

  private static final Path ROOMS =
      Distribution.directory().resolve("launcher/target/mooring/bundles/3");

  private final Path original;
  private final Manifest manifest;

  private BundleJar(Path original, Manifest manifest) {
    this.original = original;
    this.manifest = manifest;
  }

  /** The bundle of a room, such as {@code virtqueue}. */
  public static BundleJar of(String room) {
    Path jar = ROOMS.resolve("io.mooring." + room + ".jar");
    try (JarInputStream from = new JarInputStream(Files.newInputStream(jar))) {
      return new BundleJar(jar, from.getManifest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same with another value of a header, which must differ from what it is now. */
  public BundleJar with(String header, UnaryOperator<String> change) {
    Manifest changed = new Manifest(manifest);
    Attributes main = changed.getMainAttributes();
    String value = main.getValue(header);
    if (change.apply(value).equals(value)) {
      throw new AssertionError("%s of %s stays %s".formatted(header, original, value));
    }
    main.putValue(header, change.apply(value));
    return new BundleJar(original, changed);
  }

  Path write(Path file) {
    try (JarInputStream from = new JarInputStream(Files.newInputStream(original));
        OutputStream out = Files.newOutputStream(file);
        JarOutputStream to = new JarOutputStream(out, manifest)) {
      for (JarEntry each = from.getNextJarEntry(); each != null; each = from.getNextJarEntry()) {
        to.putNextEntry(new JarEntry(each.getName()));
        from.transferTo(to);
      }
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

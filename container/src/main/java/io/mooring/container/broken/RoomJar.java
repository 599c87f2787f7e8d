package io.mooring.container.broken;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Bundles that provide a room otherwise, made of the usual ones. */
public final class RoomJar {

  private static final String PACKAGE = RoomJar.class.getPackageName();
  private static final Attributes.Name IMPORTS = new Attributes.Name("Import-Package");

  private RoomJar() {}

  /**
   * The same as another version.
   *
   * @param bundle the usual one
   * @param directory where to write it
   */
  public static Path version(Path bundle, Path directory, String version) {
    return with(bundle, directory, "Bundle-Version", version);
  }

  /** The same with another value of a header; an empty one for none. */
  public static Path with(Path bundle, Path directory, String header, String value) {
    return make(
        bundle,
        directory.resolve(header + ".jar"),
        attributes -> {
          if (value.isEmpty()) {
            attributes.remove(new Attributes.Name(header));
          } else {
            attributes.putValue(header, value);
          }
        },
        (_, content) -> content,
        List.of());
  }

  /** System calls of which those that map memory fail. */
  public static Path brokenOs(Path linux, Path directory) {
    return make(
        linux,
        directory.resolve("os.jar"),
        attributes -> {
          attributes.remove(new Attributes.Name("Service-Component"));
          attributes.putValue("Bundle-Activator", PACKAGE + ".BrokenOs");
          attributes.merge(IMPORTS, "org.osgi.framework", RoomJar::both);
        },
        (_, content) -> content,
        List.of("Otherwise", "BrokenOs"));
  }

  /** An engine that is broken in a way: the name of one of the classes in {@link BrokenEngine}. */
  public static Path brokenEngine(Path engine, Path directory, String way) {
    return broken(
        engine, directory, new Other("io.mooring.virtqueue.RingEngine", "BrokenEngine", way));
  }

  /** A transport that is broken in a way, as in {@link BrokenTransport}. */
  public static Path brokenTransport(Path transport, Path directory, String way) {
    return broken(
        transport,
        directory,
        new Other("io.mooring.transport.UnixTransport", "BrokenTransport", way));
  }

  /** A protocol that is broken in a way, as in {@link BrokenProtocol}. */
  public static Path brokenProtocol(Path protocol, Path directory, String way) {
    return broken(
        protocol,
        directory,
        new Other("io.mooring.protocol.VhostUserProtocol", "BrokenProtocol", way));
  }

  /** Net devices that are broken in a way, as in {@link BrokenNet}. */
  public static Path brokenNet(Path net, Path directory, String way) {
    return broken(net, directory, new Other("io.mooring.net.NetDeviceType", "BrokenNet", way));
  }

  private static Path broken(Path usual, Path directory, Other other) {
    return make(
        usual,
        directory.resolve(other.way + ".jar"),
        attributes -> {
          attributes.putValue("Bundle-Version", "9.0.0");
          attributes.merge(IMPORTS, "org.osgi.framework", RoomJar::both);
        },
        other::changed,
        other.all());
  }

  /**
   * What provides the room instead.
   *
   * @param usual the class that does otherwise, which the tests do not have
   * @param broken the class of this package that is as it but in one way
   * @param way which: a class in that one
   */
  private record Other(String usual, String broken, String way) {

    String nested() {
      return broken + "$" + way;
    }

    List<String> all() {
      return List.of("Otherwise", broken, nested());
    }

    /** The component's class is another one. */
    byte[] changed(String name, byte[] content) {
      if (!name.equals("OSGI-INF/%s.xml".formatted(usual))) {
        return content;
      }
      return new String(content, StandardCharsets.UTF_8)
          .replace(usual + "\"/>", "%s.%s\"/>".formatted(PACKAGE, nested()))
          .getBytes(StandardCharsets.UTF_8);
    }
  }

  private static Object both(Object imports, Object more) {
    return imports.toString().contains(more.toString()) ? imports : imports + "," + more;
  }

  private static Path make(
      Path usual,
      Path jar,
      Consumer<Attributes> change,
      BiFunction<String, byte[], byte[]> content,
      List<String> classes) {
    try (JarFile from = new JarFile(usual.toFile());
        OutputStream file = Files.newOutputStream(jar)) {
      Manifest manifest = from.getManifest();
      change.accept(manifest.getMainAttributes());
      try (JarOutputStream to = new JarOutputStream(file, manifest)) {
        for (JarEntry each : from.stream().toList()) {
          if (!each.getName().equals(JarFile.MANIFEST_NAME)) {
            to.putNextEntry(new JarEntry(each.getName()));
            try (InputStream stream = from.getInputStream(each)) {
              to.write(content.apply(each.getName(), stream.readAllBytes()));
            }
          }
        }
        for (String name : classes) {
          addClass(to, name);
        }
      }
      return jar;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void addClass(JarOutputStream to, String name) throws IOException {
    String path = "/%s/%s.class".formatted(PACKAGE.replace('.', '/'), name);
    try (InputStream content = RoomJar.class.getResourceAsStream(path)) {
      if (content == null) {
        throw new FileNotFoundException(path);
      }
      to.putNextEntry(new JarEntry(path.substring(1)));
      content.transferTo(to);
    }
  }
}

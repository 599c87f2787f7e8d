package io.mooring.container.engines;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Bundles of other engines, made of the usual one. */
public final class EngineJar {

  private static final String COMPONENT = "OSGI-INF/io.mooring.virtqueue.RingEngine.xml";
  private static final Attributes.Name IMPORTS = new Attributes.Name("Import-Package");
  private static final String ENGINE = "io.mooring.virtqueue.RingEngine\"/>";

  private EngineJar() {}

  /**
   * The same engine as another version.
   *
   * @param engine the usual bundle
   * @param directory where to write it
   */
  public static Path version(Path engine, Path directory, String version) {
    return make(engine, directory.resolve("engine-" + version + ".jar"), version, "");
  }

  /** An engine that is broken in a way: the name of one of the classes in {@link BrokenEngine}. */
  public static Path broken(Path engine, Path directory, String way) {
    return make(engine, directory.resolve(way + ".jar"), "9.0.0", way);
  }

  private static Path make(Path engine, Path jar, String version, String way) {
    try (JarFile from = new JarFile(engine.toFile());
        OutputStream file = Files.newOutputStream(jar)) {
      Manifest manifest = from.getManifest();
      manifest.getMainAttributes().putValue("Bundle-Version", version);
      manifest.getMainAttributes().merge(IMPORTS, "org.osgi.framework", "%s,%s"::formatted);
      try (JarOutputStream to = new JarOutputStream(file, manifest)) {
        for (JarEntry each : from.stream().toList()) {
          if (!each.getName().equals(JarFile.MANIFEST_NAME)) {
            to.putNextEntry(new JarEntry(each.getName()));
            try (InputStream content = from.getInputStream(each)) {
              to.write(changed(each.getName(), content.readAllBytes(), way));
            }
          }
        }
        if (!way.isEmpty()) {
          addClasses(to, way);
        }
      }
      return jar;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static byte[] changed(String name, byte[] content, String way) {
    if (!name.equals(COMPONENT) || way.isEmpty()) {
      return content;
    }
    String component = new String(content, StandardCharsets.UTF_8);
    String other = "%s.BrokenEngine$%s\"/>".formatted(EngineJar.class.getPackageName(), way);
    return component.replace(ENGINE, other).getBytes(StandardCharsets.UTF_8);
  }

  private static void addClasses(JarOutputStream to, String way) throws IOException {
    String engine = "BrokenEngine$" + way;
    for (String name : List.of("BrokenEngine", "ForwardingQueue", engine, engine + "$1")) {
      String path =
          "/%s/%s.class".formatted(EngineJar.class.getPackageName().replace('.', '/'), name);
      try (InputStream content = EngineJar.class.getResourceAsStream(path)) {
        if (content != null) {
          to.putNextEntry(new JarEntry(path.substring(1)));
          content.transferTo(to);
        }
      }
    }
  }
}

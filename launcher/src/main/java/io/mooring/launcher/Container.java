package io.mooring.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * Felix with the distribution's bundles: those of {@code bundles/N/} start at start level N, and
 * those of {@code features/} hold data only and are neither resolved nor started. The features are
 * installed while the rooms start, and are there before the first port is.
 */
final class Container {

  /** Every room, before there is a port. */
  private static final int ROOMS = 3;

  /** Everything but the prompt. */
  private static final int SERVING = 4;

  /** The prompt and its commands. */
  private static final int SHELL = 5;

  private final Framework framework;

  private Container(Framework framework) {
    this.framework = framework;
  }

  /** Starts everything but the prompt. */
  static Container start(Path distribution, Home home, boolean prompt) throws Refusal {
    try {
      Framework framework =
          new FrameworkFactory().newFramework(properties(distribution, home, prompt));
      framework.init();
      BundleContext context = framework.getBundleContext();
      var bundles = new ArrayList<Bundle>();
      for (var level : levels(distribution).entrySet()) {
        for (Path jar : level.getValue()) {
          Bundle bundle = context.installBundle(jar.toUri().toString());
          bundle.adapt(BundleStartLevel.class).setStartLevel(level.getKey());
          bundles.add(bundle);
        }
      }
      framework.adapt(FrameworkWiring.class).resolveBundles(bundles);
      for (Bundle bundle : bundles) {
        if (bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null) {
          bundle.start(Bundle.START_ACTIVATION_POLICY);
        }
      }
      List<Path> features = jars(distribution.resolve("features"));
      var installing = new FutureTask<>(() -> install(framework, features));
      Thread.ofPlatform().name("features").daemon().start(installing);
      framework.start();
      installing.get();
      var container = new Container(framework);
      container.level(SERVING);
      return container;
    } catch (BundleException exception) {
      throw Refusal.failed("cannot start: " + Reason.message(exception));
    } catch (ExecutionException exception) {
      throw Refusal.failed("cannot start: " + Reason.message(exception.getCause()));
    } catch (InterruptedException exception) {
      Thread.currentThread().interrupt();
      throw Refusal.failed("cannot start: interrupted");
    } catch (IOException exception) {
      throw Refusal.failed("cannot start: " + Reason.of(exception));
    }
  }

  private static Void install(Framework framework, List<Path> features) throws BundleException {
    for (Path jar : features) {
      framework.getBundleContext().installBundle(jar.toUri().toString());
    }
    return null;
  }

  private static Map<String, Object> properties(Path distribution, Home home, boolean prompt)
      throws IOException {
    var properties = new HashMap<String, Object>();
    Path cache = home.cache();
    properties.put(Constants.FRAMEWORK_STORAGE, cache.toString());
    properties.put(
        Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    properties.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(ROOMS));
    properties.put("felix.startlevel.bundle", "3");
    properties.put("felix.log.level", "1");
    properties.put("io.mooring.home", home.root().toString());
    properties.put(
        "felix.fileinstall.dir", home.etc() + "," + home.load() + "," + home.transientEtc());
    properties.put("felix.fileinstall.tmpdir", cache.resolve("fileinstall").toString());
    // Twice this is how long a file must have been as it is.
    properties.put("felix.fileinstall.poll", "250");
    properties.put("felix.fileinstall.filter", ".*\\.(cfg|jar)");
    properties.put("felix.fileinstall.noInitialDelay", "true");
    properties.put("felix.fileinstall.configEncoding", "UTF-8");
    // Files are the truth: the shell writes them itself, whole and at once.
    properties.put("felix.fileinstall.enableConfigSave", "false");
    properties.put("felix.fileinstall.subdir.mode", "skip");
    properties.put("gosh.home", distribution.toString());
    properties.put("gosh.args", prompt ? "" : "--nointeractive --noshutdown");
    return properties;
  }

  private static Map<Integer, List<Path>> levels(Path distribution) throws IOException {
    var levels = new TreeMap<Integer, List<Path>>();
    try (Stream<Path> directories = Files.list(distribution.resolve("bundles"))) {
      for (Path directory : directories.toList()) {
        levels.put(Integer.valueOf(directory.getFileName().toString()), jars(directory));
      }
    }
    return levels;
  }

  private static List<Path> jars(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  BundleContext context() {
    return framework.getBundleContext();
  }

  /** Starts the prompt, or, without one, its commands. */
  void startShell() {
    framework.adapt(FrameworkStartLevel.class).setStartLevel(SHELL);
  }

  private void level(int level) throws InterruptedException {
    var reached = new CountDownLatch(1);
    framework
        .adapt(FrameworkStartLevel.class)
        .setStartLevel(
            level,
            event -> {
              if (event.getType() == FrameworkEvent.STARTLEVEL_CHANGED) {
                reached.countDown();
              }
            });
    reached.await();
  }

  void awaitStop() throws InterruptedException {
    framework.waitForStop(0);
  }

  void stop() {
    try {
      framework.stop();
      framework.waitForStop(10_000);
    } catch (BundleException exception) {
      System.err.println("mooring: cannot stop: " + Reason.message(exception));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}

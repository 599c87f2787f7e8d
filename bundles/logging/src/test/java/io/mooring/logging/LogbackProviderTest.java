package io.mooring.logging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

class LogbackProviderTest {

  @TempDir Path directory;
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();
  private LoggerContext context;

  @BeforeEach
  void redirect() {
    System.setErr(new PrintStream(console, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restore() {
    System.setErr(before);
    System.clearProperty(LogbackProvider.DIRECTORY);
    System.clearProperty(LogbackProvider.CONSOLE);
    System.clearProperty(LogbackProvider.OWN);
    context.stop();
  }

  private Logger logger(String name) {
    var provider = new LogbackProvider();
    provider.initialize();
    context = (LoggerContext) provider.getLoggerFactory();
    return context.getLogger(name);
  }

  @Test
  void everythingOfOursIsInTheFileWithItsTraceAndWarningsOnTheConsoleInOneLine() throws Exception {
    System.setProperty(LogbackProvider.DIRECTORY, directory.toString());
    Logger logger = logger("io.mooring.port.VhostPort");
    logger.info("a: connected");
    logger.debug("a: too much detail");
    logger.warn("a: left", new IllegalStateException("the reason"));

    String file = Files.readString(directory.resolve("mooring.log"));
    assertTrue(file.contains("INFO  [main] io.mooring.port.VhostPort a: connected\n"), file);
    assertTrue(file.contains("IllegalStateException: the reason\n\tat "), file);
    assertFalse(file.contains("detail"), file);
    String said = console.toString(StandardCharsets.UTF_8);
    assertTrue(said.matches("[0-9:.]{12} WARN  VhostPort: a: left\n"), said);
  }

  @Test
  void aServiceTellsMoreOnItsConsole() {
    System.setProperty(LogbackProvider.CONSOLE, "INFO");
    logger("io.mooring.port.VhostPort").info("a: connected");

    assertTrue(console.toString(StandardCharsets.UTF_8).endsWith("VhostPort: a: connected\n"));
  }

  @Test
  void othersAreHeardOnlyWhenTheyWarn() {
    System.setProperty(LogbackProvider.CONSOLE, "INFO");
    logger("org.apache.felix.scr").info("bundle activated");

    assertEquals("", console.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aFullFileIsPutAside() throws Exception {
    System.setProperty(LogbackProvider.DIRECTORY, directory.toString());
    Logger logger = logger("io.mooring.port.VhostPort");
    logger.info("x".repeat(6 << 20));
    Path aside = directory.resolve("mooring.1.log");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!Files.exists(aside) && System.nanoTime() < deadline) {
      Thread.sleep(50);
      logger.info("another line");
    }

    assertTrue(Files.size(aside) > 6 << 20, "the full file is mooring.1.log");
    assertTrue(Files.size(directory.resolve("mooring.log")) < 6 << 20, "mooring.log is new");
  }

  @Test
  void anOperatorsOwnConfigurationTakesTheWholePlace() throws Exception {
    Path own = directory.resolve("logback.xml");
    Files.writeString(own, "<configuration><root level='ERROR'/></configuration>");
    System.setProperty(LogbackProvider.DIRECTORY, directory.toString());
    System.setProperty(LogbackProvider.OWN, own.toString());
    logger("io.mooring.port.VhostPort").warn("not heard");

    assertEquals("", console.toString(StandardCharsets.UTF_8));
    assertFalse(Files.exists(directory.resolve("mooring.log")));
  }

  @Test
  void aBrokenConfigurationIsNamed() throws Exception {
    Path own = directory.resolve("logback.xml");
    Files.writeString(own, "<configuration><root");
    System.setProperty(LogbackProvider.OWN, own.toString());
    logger("io.mooring.port.VhostPort");

    String said = console.toString(StandardCharsets.UTF_8);
    assertTrue(said.contains("logback.xml"), said);
  }
}

package io.mooring.logging;

import ch.qos.logback.classic.ClassicConstants;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import ch.qos.logback.core.util.StatusPrinter2;
import java.nio.file.Path;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Logback behind SLF4J, set up in code: reading the same from XML takes a tenth of a start. System
 * properties say where to: {@value #DIRECTORY} is the directory of the log file (none without it),
 * {@value #CONSOLE} the least level for the standard error, and {@value #OWN} names an operator's
 * own Logback configuration, which takes the place of all this.
 */
public final class LogbackProvider implements SLF4JServiceProvider {

  static final String DIRECTORY = "mooring.log";
  static final String CONSOLE = "mooring.console";
  static final String OWN = ClassicConstants.CONFIG_FILE_PROPERTY;

  /** As SLF4J asks of its providers: any 2.0. */
  private static final String API = "2.0.99";

  private final LoggerContext context = new LoggerContext();
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final LogbackMDCAdapter diagnostic = new LogbackMDCAdapter();

  @Override
  public void initialize() {
    context.setName("default");
    context.setMDCAdapter(diagnostic);
    if (System.getProperty(OWN) == null) {
      configure();
    } else {
      configureByOperator();
    }
    context.start();
  }

  private void configure() {
    var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    context.getLogger("io.mooring").setLevel(Level.INFO);
    String directory = System.getProperty(DIRECTORY);
    if (directory != null) {
      root.addAppender(Appenders.file(context, Path.of(directory)));
    }
    root.addAppender(
        Appenders.console(context, Level.toLevel(System.getProperty(CONSOLE), Level.WARN)));
  }

  private void configureByOperator() {
    try {
      new ContextInitializer(context).autoConfig(LoggerContext.class.getClassLoader());
    } catch (JoranException exception) {
      System.err.println("mooring: " + System.getProperty(OWN) + ": " + exception.getMessage());
    }
    new StatusPrinter2().printInCaseOfErrorsOrWarnings(context);
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    return context;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return diagnostic;
  }

  @Override
  public String getRequestedApiVersion() {
    return API;
  }
}

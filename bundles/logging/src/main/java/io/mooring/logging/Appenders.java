package io.mooring.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;

/** Where log lines go: everything into a file that is rolled, one line an event to people. */
final class Appenders {

  private static final String FILE_LINE =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{30} %msg%n";

  /** Without traces, which are in the file. */
  private static final String CONSOLE_LINE = "%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%nopex%n";

  private static final int FILES = 5;
  private static final long FILE_BYTES = 5 * FileSize.MB_COEFFICIENT;

  private Appenders() {}

  static Appender<ILoggingEvent> file(LoggerContext context, Path directory) {
    var appender = new RollingFileAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setName("file");
    appender.setFile(directory.resolve("mooring.log").toString());
    appender.setEncoder(encoder(context, FILE_LINE));

    var rolling = new FixedWindowRollingPolicy();
    rolling.setContext(context);
    rolling.setParent(appender);
    rolling.setFileNamePattern(directory.resolve("mooring.%i.log").toString());
    rolling.setMinIndex(1);
    rolling.setMaxIndex(FILES);
    rolling.start();
    appender.setRollingPolicy(rolling);

    var trigger = new SizeBasedTriggeringPolicy<ILoggingEvent>();
    trigger.setContext(context);
    trigger.setMaxFileSize(new FileSize(FILE_BYTES));
    // A flood fills much in the minute that is the default.
    trigger.setCheckIncrement(Duration.buildBySeconds(1));
    trigger.start();
    appender.setTriggeringPolicy(trigger);

    appender.start();
    return appender;
  }

  static Appender<ILoggingEvent> console(LoggerContext context, Level least) {
    var threshold = new ThresholdFilter();
    threshold.setContext(context);
    threshold.setLevel(least.toString());
    threshold.start();

    var appender = new ConsoleAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setName("console");
    appender.setTarget("System.err");
    appender.setEncoder(encoder(context, CONSOLE_LINE));
    appender.addFilter(threshold);
    appender.start();
    return appender;
  }

  private static PatternLayoutEncoder encoder(LoggerContext context, String pattern) {
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(pattern);
    encoder.start();
    return encoder;
  }
}

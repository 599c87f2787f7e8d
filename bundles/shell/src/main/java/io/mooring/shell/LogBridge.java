package io.mooring.shell;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.log.LogEntry;
import org.osgi.service.log.LogListener;
import org.osgi.service.log.LogReaderService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings what the framework and its services log through OSGi's Log Service into the one log. */
@Component(service = {})
public final class LogBridge implements LogListener {

  private final LogReaderService reader;

  @Activate
  public LogBridge(@Reference LogReaderService reader) {
    this.reader = reader;
    reader.addLogListener(this);
  }

  @Deactivate
  void stop() {
    reader.removeLogListener(this);
  }

  @Override
  public void logged(LogEntry entry) {
    Logger logger =
        LoggerFactory.getLogger(
            entry.getBundle() == null ? "osgi" : "osgi." + entry.getBundle().getSymbolicName());
    String message = entry.getMessage();
    Throwable cause = entry.getException();
    switch (entry.getLogLevel()) {
      case AUDIT, ERROR -> logger.error(message, cause);
      case WARN -> logger.warn(message, cause);
      case INFO -> logger.info(message, cause);
      case DEBUG -> logger.debug(message, cause);
      case TRACE -> logger.trace(message, cause);
    }
  }
}

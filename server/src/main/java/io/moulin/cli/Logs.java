package io.moulin.cli;

import java.nio.file.Path;
import org.slf4j.LoggerFactory;

/**
 * Tells the logging where to write; it reads this when the first logger is asked for. No class that
 * {@code Main} wires together may have a static logger: it would be the first, before the folder is
 * known.
 */
final class Logs {
  private Logs() {}

  static void into(Path folder, boolean alsoOnConsole) {
    System.setProperty("moulin.logs", folder.toString());
    System.setProperty("moulin.logs.console", alsoOnConsole ? "info" : "off");
    System.setProperty("moulin.logs.others", alsoOnConsole ? "info" : "warn");
  }

  /** Starts the logging; when several threads are the first to log, SLF4J complains. */
  static void begin() {
    LoggerFactory.getLogger(Logs.class).info("Moulin begins");
  }
}

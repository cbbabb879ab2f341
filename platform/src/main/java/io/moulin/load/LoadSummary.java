package io.moulin.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a load did.
 *
 * @param sha256 of the file's bytes, in hexadecimal
 * @param produced records that the broker acknowledged on the dataset's topic
 * @param invalid rows that do not keep the contract, or do not fit the schema of the records
 * @param deadLetters rows that went to the dead-letter topic: the invalid ones, and those that the
 *     broker refuses for their size
 * @param warnings what the user should know about, in order
 * @param earlier the load that made this one unnecessary; null when this one was carried out
 */
public record LoadSummary(
    String dataset,
    Path file,
    String sha256,
    long produced,
    long invalid,
    long deadLetters,
    Duration elapsed,
    List<String> warnings,
    @Nullable Earlier earlier) {

  public LoadSummary {
    warnings = List.copyOf(warnings);
  }

  /** True when the same content was loaded before and nothing was produced now. */
  public boolean alreadyLoaded() {
    return earlier != null;
  }

  /** Rows a second. */
  public double rate() {
    double seconds = elapsed.toNanos() / 1e9;
    return seconds == 0 ? 0 : (produced + deadLetters) / seconds;
  }

  /**
   * A load before this one.
   *
   * @param at when it ended, as an ISO instant
   */
  public record Earlier(String at, long produced, long invalid, long deadLetters) {}
}

package io.moulin.bench.result;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * All of one run. Its fields are those of the file in {@code bench/results}, which {@code
 * docs/benchmarks.md} explains.
 *
 * @param schema version of these fields
 * @param run what was called: it tells a short run from a long one
 * @param asked contenders that were asked for; empty when all were
 * @param failed turns whose figures were thrown away
 * @param ratios medians of warm passes divided by each other
 * @param ratiosFirst the same of passes in fresh processes
 */
public record Results(
    int schema,
    String run,
    List<String> asked,
    List<String> failed,
    String commit,
    String date,
    Machine machine,
    Map<String, String> versions,
    Map<String, String> settings,
    List<Summary> contenders,
    Map<String, Double> ratios,
    Map<String, Double> ratiosFirst,
    List<EndToEnd> endToEnd,
    List<Fresh> freshness,
    List<Measured> passes) {
  public static final int SCHEMA = 1;

  /** The machine, without a name. */
  public record Machine(int cores, String processor, long memoryMib, String system, String java) {}

  /**
   * A user's whole way.
   *
   * @param way the commands
   * @param peakRssMib most memory of all processes at once, in MiB
   */
  public record EndToEnd(String way, long rows, double seconds, double peakRssMib) {}

  /** Ages of events in milliseconds when a reader in another process had them. */
  public record Fresh(
      long commitMillis,
      int eventsPerSecond,
      long events,
      long p50,
      long p95,
      long p99,
      long max,
      double peakRssMib) {}

  /** Writes the file for programs. */
  public void write(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), this);
  }
}

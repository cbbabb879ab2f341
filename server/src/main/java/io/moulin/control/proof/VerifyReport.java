package io.moulin.control.proof;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of it.
 *
 * @param kills how often the run was hurt
 * @param records records in the topics, as read from the topics themselves
 * @param tables what each table holds beside what it should, by full name; {@code topic} is the
 *     topic against what was sent to it, with the topic's name where there are several
 * @param kinds how often it was hurt in each way
 * @param ended how often the program ended by itself, because its job had failed too often
 * @param problems what else is wrong, for people; empty when all is well
 * @param seconds from the first start to the last comparison
 * @param scratch the copy of the project
 */
public record VerifyReport(
    List<String> datasets,
    long seed,
    int kills,
    long records,
    Map<String, TableProof> tables,
    Map<String, Integer> kinds,
    int ended,
    Recovery recovery,
    List<String> problems,
    double seconds,
    Path scratch) {

  public VerifyReport {
    datasets = List.copyOf(datasets);
    tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
    kinds = Collections.unmodifiableMap(new LinkedHashMap<>(kinds));
    problems = List.copyOf(problems);
  }

  /**
   * A table against what it should hold. Rows are told apart by partition and offset of their
   * record.
   *
   * @param rows rows that it holds
   * @param lost records that should have a row and have none
   * @param doubled rows that are there once too often, or should not be there
   * @param changed rows that are there once and differ in a column
   */
  public record TableProof(long rows, long lost, long doubled, long changed) {}

  /**
   * Seconds from a restart, or from a failure within a run that goes on, to the first new commit.
   *
   * @param times how often that was measured; a run that is killed before it has committed is not
   */
  public record Recovery(int times, double p50, double max) {
    /** Of measured times in seconds. */
    public static Recovery of(List<Double> seconds) {
      if (seconds.isEmpty()) {
        return new Recovery(0, 0, 0);
      }
      List<Double> sorted = new ArrayList<>(seconds);
      Collections.sort(sorted);
      return new Recovery(
          sorted.size(), sorted.get((sorted.size() - 1) / 2), sorted.get(sorted.size() - 1));
    }
  }

  public long lost() {
    return tables.values().stream().mapToLong(TableProof::lost).sum();
  }

  public long doubled() {
    return tables.values().stream().mapToLong(TableProof::doubled).sum();
  }

  public long changed() {
    return tables.values().stream().mapToLong(TableProof::changed).sum();
  }

  /** Whether nothing is lost, doubled, changed or otherwise wrong. */
  public boolean proven() {
    return lost() == 0 && doubled() == 0 && changed() == 0 && problems.isEmpty();
  }
}

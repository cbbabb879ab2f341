package io.moulin.control.build;

import io.moulin.model.audit.Result;
import io.moulin.model.build.BuildReport;
import io.moulin.model.build.ModelReport;
import io.moulin.spec.model.CheckSpec.Verdict;
import java.util.List;

/**
 * What came of a build, or of checking what is published.
 *
 * @param id unique to it; the snapshots that it made, and the kept results, name it
 * @param good whether everything is published and no check failed
 */
public record BuildSummary(
    String id, List<Made> models, List<Checked> checks, double seconds, boolean good) {
  public BuildSummary {
    models = List.copyOf(models);
    checks = List.copyOf(checks);
  }

  /** What became of a seed or model. */
  public enum Outcome {
    BUILT,
    VIEW,
    UNCHANGED,
    BROKEN,
    HELD_BACK,
    SKIPPED
  }

  /**
   * A seed or model.
   *
   * @param name in the catalog, for example {@code gold.fct_trips}
   * @param why what made it be built, or kept it from being built
   * @param rows of the table afterwards
   * @param bytes of the files that were written
   * @param partitions how many were computed anew; 0 unless only some were
   */
  public record Made(
      String name,
      Outcome outcome,
      String why,
      long rows,
      long bytes,
      int partitions,
      double seconds) {
    static Made of(ModelReport report) {
      return new Made(
          report.fullName(),
          Outcome.valueOf(report.outcome().name()),
          report.why(),
          report.rows(),
          report.bytes(),
          report.partitions(),
          report.seconds());
    }
  }

  /**
   * A check that was made.
   *
   * @param failing how many rows fail
   * @param samples some of them, each a JSON object
   */
  public record Checked(
      String table, String check, Verdict verdict, long failing, List<String> samples) {
    public Checked {
      samples = List.copyOf(samples);
    }

    static Checked of(Result result) {
      return new Checked(
          result.table(), result.check(), result.verdict(), result.failing(), result.samples());
    }
  }

  static BuildSummary of(BuildReport report) {
    return new BuildSummary(
        report.id(),
        report.models().stream().map(Made::of).toList(),
        report.results().stream().map(Checked::of).toList(),
        report.seconds(),
        report.good());
  }

  /** How many checks came out so. */
  public long count(Verdict verdict) {
    return checks.stream().filter(check -> check.verdict() == verdict).count();
  }
}

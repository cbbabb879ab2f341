package io.moulin.cli.build;

import io.moulin.control.build.BuildSummary;
import io.moulin.control.build.BuildSummary.Outcome;
import io.moulin.spec.model.CheckSpec.Verdict;
import java.util.List;
import java.util.Locale;

/** What came of a build as JSON. */
record BuildJson(
    String build,
    List<ModelJson> models,
    List<CheckJson> checks,
    long checksPassed,
    long checksFailed,
    long checksWarned,
    double seconds,
    boolean good) {

  /** A seed or stored model. */
  record ModelJson(
      String name,
      String outcome,
      String why,
      long rows,
      double seconds,
      long bytes,
      int partitionsRebuilt) {}

  /** A check that did not pass. */
  record CheckJson(String model, String check, String result, long failingRows) {}

  static BuildJson of(BuildSummary summary) {
    return new BuildJson(
        summary.id(),
        summary.models().stream()
            .filter(made -> made.outcome() != Outcome.VIEW)
            .map(
                made ->
                    new ModelJson(
                        made.name(),
                        word(made.outcome()),
                        made.why(),
                        made.rows(),
                        made.seconds(),
                        made.bytes(),
                        made.partitions()))
            .toList(),
        summary.checks().stream()
            .filter(check -> check.verdict() != Verdict.PASSED)
            .map(
                check ->
                    new CheckJson(
                        check.table(), check.check(), word(check.verdict()), check.failing()))
            .toList(),
        summary.count(Verdict.PASSED),
        summary.count(Verdict.FAILED),
        summary.count(Verdict.WARNED),
        summary.seconds(),
        summary.good());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}

package io.moulin.cli.build;

import io.moulin.cli.text.Style;
import io.moulin.control.build.BuildSummary;
import io.moulin.control.build.BuildSummary.Checked;
import io.moulin.control.build.BuildSummary.Made;
import io.moulin.control.build.BuildSummary.Outcome;
import io.moulin.spec.model.CheckSpec.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What came of a build, for people. */
public final class BuildText {
  private static final int NAME = 32;
  private static final int SAMPLES = 3;
  private static final long KIB = 1024;

  private BuildText() {}

  /** One seed or model when it is done; empty for what is not worth a line. */
  static String line(Made made, Style style) {
    String name = made.name() + " ".repeat(Math.max(1, NAME - made.name().length()));
    return switch (made.outcome()) {
      case VIEW -> "";
      case BUILT ->
          "  "
              + style.green("built     ")
              + name
              + String.format(
                  Locale.ROOT,
                  "%,12d rows %9s %6.2f s  %s",
                  made.rows(),
                  size(made.bytes()),
                  made.seconds(),
                  style.faint(
                      made.partitions() == 0
                          ? made.why()
                          : made.why()
                              + ": "
                              + made.partitions()
                              + (made.partitions() == 1 ? " partition" : " partitions")));
      case UNCHANGED ->
          made.why().equals("nothing changed")
              ? ""
              : "  "
                  + style.faint("as it was ")
                  + name
                  + String.format(Locale.ROOT, "%,12d rows", made.rows())
                  + "  "
                  + style.yellow(made.why());
      case BROKEN -> "  " + style.red("broken    ") + name + indented(made.why());
      case HELD_BACK ->
          "  "
              + style.red("held back ")
              + name
              + (made.why().startsWith("a check of")
                  ? made.why()
                  : "a check failed: what was published before is in place");
      case SKIPPED -> "  " + style.yellow("skipped   ") + name + made.why();
    };
  }

  private static String indented(String text) {
    return text.strip().replace("\n", "\n" + " ".repeat(NAME + 11));
  }

  private static String size(long bytes) {
    if (bytes < KIB) {
      return bytes + " B";
    }
    return bytes < KIB * KIB
        ? bytes / KIB + " KiB"
        : String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (KIB * KIB));
  }

  /** What the checks say, and how it ended. */
  public static List<String> lines(BuildSummary summary, Style style) {
    List<String> lines = new ArrayList<>();
    for (Checked check : summary.checks()) {
      if (check.verdict() != Verdict.PASSED) {
        String word =
            check.verdict() == Verdict.FAILED ? style.red("FAILED ") : style.yellow("WARNING");
        lines.add(
            String.format(
                Locale.ROOT,
                "  %s %s: %s: %,d failing row%s",
                word,
                check.table(),
                check.check(),
                check.failing(),
                check.failing() == 1 ? "" : "s"));
        check.samples().stream()
            .limit(SAMPLES)
            .forEach(sample -> lines.add("          " + style.faint(shortened(sample))));
      }
    }
    long built = count(summary, Outcome.BUILT);
    long same = count(summary, Outcome.UNCHANGED);
    long bad = summary.models().size() - built - same - count(summary, Outcome.VIEW);
    String models =
        summary.models().isEmpty()
            ? ""
            : "%d built, %d as they were%s; "
                .formatted(built, same, bad == 0 ? "" : ", %d not published".formatted(bad));
    String end =
        String.format(
            Locale.ROOT,
            "%schecks: %d passed, %d warned, %d failed; %.2f s",
            models,
            summary.count(Verdict.PASSED),
            summary.count(Verdict.WARNED),
            summary.count(Verdict.FAILED),
            summary.seconds());
    lines.add(summary.good() ? style.green(end) : style.red(end));
    if (summary.checks().stream().anyMatch(check -> !check.samples().isEmpty())) {
      lines.add(
          style.faint(
              "Failing rows: SELECT * FROM checks.failures WHERE build = '%s'"
                  .formatted(summary.id())));
    }
    return lines;
  }

  private static long count(BuildSummary summary, Outcome outcome) {
    return summary.models().stream().filter(made -> made.outcome() == outcome).count();
  }

  private static String shortened(String text) {
    int most = 200;
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }
}

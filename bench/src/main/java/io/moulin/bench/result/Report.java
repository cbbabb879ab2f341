package io.moulin.bench.result;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The tables of a race for people. */
public final class Report {
  private static final String BEGIN = "<!-- figures: written by make bench-full -->";
  private static final String END = "<!-- end of figures -->";

  private Report() {}

  /** Where the tables go in {@code document}. */
  public static Section section(Path document) {
    return Section.open(document, BEGIN, END);
  }

  /** The tables as Markdown. */
  public static String text(Results results) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add("All of these figures are of one run of `%s`.".formatted(results.run()));
    if (!results.asked().isEmpty()) {
      lines.add(
          "It was a part only, of " + names(results.asked()) + ": the rest was not measured.");
    }
    if (!results.failed().isEmpty()) {
      lines.add("**Failed, and in no table: " + names(results.failed()) + ".**");
    }
    lines.add(Text.measured(results.date(), results.commit(), results.machine()));
    lines.add("Versions: " + Text.named(results.versions()) + ".");
    lines.add("Settings: " + Text.named(results.settings()) + ".");
    contenders(results.contenders(), lines);
    ratios(results, lines);
    wholes(results.endToEnd(), lines);
    ages(results.freshness(), lines);
    lines.add("");
    return String.join("\n", lines);
  }

  private static String names(List<String> names) {
    return names.stream().map("`%s`"::formatted).collect(Collectors.joining(", "));
  }

  private static void contenders(List<Summary> contenders, List<String> lines) {
    lines.add("");
    lines.add(
        "| contender | what | heap | rows/s, fresh process | rows/s, warm | CPU s | peak RSS, MiB |");
    lines.add("|---|---|---|---|---|---|---|");
    for (Summary summary : contenders) {
      lines.add(
          "| `%s` | %s | %s | %s | %s | %s | %s |"
              .formatted(
                  summary.name(),
                  summary.what(),
                  summary.heap(),
                  Text.whole(summary.first()),
                  Text.whole(summary.warm()),
                  Text.tenths(summary.cpuSeconds()),
                  Text.whole(summary.peakRssMib())));
    }
    lines.add("");
    lines.add("Each figure: median (least to greatest of the rounds).");
  }

  private static void ratios(Results results, List<String> lines) {
    lines.add("");
    lines.add("| ratio | warm | fresh process |");
    lines.add("|---|---|---|");
    for (Map.Entry<String, Double> ratio : results.ratios().entrySet()) {
      Double first = results.ratiosFirst().get(ratio.getKey());
      lines.add(
          "| `%s` | %s | %s |"
              .formatted(
                  ratio.getKey(),
                  Text.text("%.2f", ratio.getValue()),
                  first == null ? "" : Text.text("%.2f", first)));
    }
  }

  private static void wholes(List<Results.EndToEnd> wholes, List<String> lines) {
    lines.add("");
    if (wholes.isEmpty()) {
      lines.add("Of end to end this run has no figures.");
      return;
    }
    lines.add("| end to end | rows | seconds | peak RSS of all processes, MiB |");
    lines.add("|---|---|---|---|");
    for (Results.EndToEnd whole : wholes) {
      lines.add(
          "| %s | %s | %s | %s |"
              .formatted(
                  whole.way(),
                  Text.text("%,d", whole.rows()),
                  Text.text("%.1f", whole.seconds()),
                  Text.text("%,.0f", whole.peakRssMib())));
    }
  }

  private static void ages(List<Results.Fresh> ages, List<String> lines) {
    lines.add("");
    if (ages.isEmpty()) {
      lines.add("Of freshness this run has no figures.");
      return;
    }
    lines.add("| commits every | events/s | events | p50 ms | p95 ms | p99 ms | most ms |");
    lines.add("|---|---|---|---|---|---|---|");
    for (Results.Fresh fresh : ages) {
      lines.add(
          "| %s ms | %s | %s | %d | %d | %d | %d |"
              .formatted(
                  Text.text("%,d", fresh.commitMillis()),
                  Text.text("%,d", fresh.eventsPerSecond()),
                  Text.text("%,d", fresh.events()),
                  fresh.p50(),
                  fresh.p95(),
                  fresh.p99(),
                  fresh.max()));
    }
  }
}

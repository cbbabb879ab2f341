package io.moulin.bench.result;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tables for people, between two markers of a document. */
public final class Report {
  private static final String BEGIN = "<!-- figures: written by make bench-full -->";
  private static final String END = "<!-- end of figures -->";

  private Report() {}

  /** Puts the tables of {@code results} between the markers of {@code document}. */
  public static void write(Results results, Path document) throws IOException {
    Files.writeString(document, between(Files.readString(document), text(results)));
  }

  static String between(String document, String text) {
    int begin = document.indexOf(BEGIN);
    int end = document.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("Invalid document: it has not both markers, in order");
    }
    return document.substring(0, begin + BEGIN.length()) + "\n" + text + document.substring(end);
  }

  /** The tables as Markdown. */
  public static String text(Results results) {
    List<String> lines = new ArrayList<>();
    Results.Machine machine = results.machine();
    lines.add("");
    lines.add("All of these figures are of one run of `%s`.".formatted(results.run()));
    if (!results.asked().isEmpty()) {
      lines.add(
          "It was a part only, of " + names(results.asked()) + ": the rest was not measured.");
    }
    if (!results.failed().isEmpty()) {
      lines.add("**Failed, and in no table: " + names(results.failed()) + ".**");
    }
    lines.add(
        "Measured on %s at commit `%s`: %d cores (%s), %,d MiB, %s, Java %s."
            .formatted(
                results.date(),
                results.commit(),
                machine.cores(),
                machine.processor(),
                machine.memoryMib(),
                machine.system(),
                machine.java()));
    lines.add("Versions: " + named(results.versions()) + ".");
    lines.add("Settings: " + named(results.settings()) + ".");
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
                  whole(summary.first()),
                  whole(summary.warm()),
                  tenths(summary.cpuSeconds()),
                  whole(summary.peakRssMib())));
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
                  text("%.2f", ratio.getValue()),
                  first == null ? "" : text("%.2f", first)));
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
                  text("%,d", whole.rows()),
                  text("%.1f", whole.seconds()),
                  text("%,.0f", whole.peakRssMib())));
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
                  text("%,d", fresh.commitMillis()),
                  text("%,d", fresh.eventsPerSecond()),
                  text("%,d", fresh.events()),
                  fresh.p50(),
                  fresh.p95(),
                  fresh.p99(),
                  fresh.max()));
    }
  }

  private static String named(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .reduce((left, right) -> left + ", " + right)
        .orElse("");
  }

  private static String whole(@Nullable Spread spread) {
    return spread(spread, "%,.0f");
  }

  private static String tenths(Spread spread) {
    return spread(spread, "%.1f");
  }

  private static String spread(@Nullable Spread spread, String format) {
    return spread == null
        ? "–"
        : "%s (%s–%s)"
            .formatted(
                text(format, spread.median()),
                text(format, spread.min()),
                text(format, spread.max()));
  }

  private static String text(String format, Object value) {
    return String.format(Locale.ROOT, format, value);
  }
}

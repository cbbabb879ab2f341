package io.moulin.bench.result;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Figures of one run divided by each other, which say more than figures of a machine. */
public final class Ratios {
  /** Name of the ratio, contender above, contender below. */
  private static final List<List<String>> WANTED =
      List.of(
          List.of("full/flink-sql", "full", "flink-sql"),
          List.of("bronze/flink-sql-bronze", "bronze", "flink-sql-bronze"),
          List.of("bronze/kafka-connect", "bronze", "kafka-connect"),
          List.of("bronze-quarantine/kafka-connect", "bronze-quarantine", "kafka-connect"),
          List.of("topic/kafka-connect", "topic", "kafka-connect"),
          List.of("full/kernel", "full", "kernel"),
          List.of("full/duckdb-files", "full", "duckdb-files"));

  private Ratios() {}

  /** Of the warm medians, or the first where there is no warm one; only of what was measured. */
  public static Map<String, Double> of(List<Summary> summaries) {
    return of(summaries, Summary::rowsPerSecond);
  }

  /** Of the medians in fresh processes. */
  public static Map<String, Double> first(List<Summary> summaries) {
    return of(summaries, summary -> summary.first().median());
  }

  private static Map<String, Double> of(List<Summary> summaries, ToDoubleFunction<Summary> figure) {
    Map<String, Double> medians =
        summaries.stream()
            .collect(Collectors.toMap(Summary::name, summary -> figure.applyAsDouble(summary)));
    Map<String, Double> ratios = new TreeMap<>();
    for (List<String> wanted : WANTED) {
      Double above = medians.get(wanted.get(1));
      Double below = medians.get(wanted.get(2));
      if (above != null && below != null && below > 0) {
        ratios.put(wanted.get(0), above / below);
      }
    }
    return ratios;
  }
}

package io.moulin.bench;

import io.moulin.bench.Contenders.Plan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/**
 * What a run is to measure. Lists are one text each, so that the last of two counts: those behind
 * the ones of the Makefile are the user's.
 */
final class Wanted {
  @Option(names = "--rows", description = "Taxi rows.", defaultValue = "500000")
  private long rows;

  @Option(names = "--event-rows", description = "Small events; 0: as many as --rows.")
  private long eventRows;

  @Option(names = "--rounds", description = "Turns of each contender.", defaultValue = "2")
  private int rounds;

  @Option(
      names = "--passes",
      description = "Over all rows in each process: the first is cold.",
      defaultValue = "2")
  private int passes;

  @Option(names = "--seed", description = "Of the taxi rows.", defaultValue = "42")
  private long seed;

  @Option(names = "--commit", description = "Milliseconds between commits.", defaultValue = "10000")
  private long commitMillis;

  @Option(names = "--taxi-partitions", defaultValue = "4", description = "Of the taxi topic.")
  private int taxiPartitions;

  @Option(names = "--event-partitions", defaultValue = "16", description = "Of the events' topic.")
  private int eventPartitions;

  @Option(names = "--only", description = "These contenders, with commas; empty: all.")
  private String only = "";

  @Option(
      names = "--end-to-end",
      description = "How many rows to take a user's whole way with, with commas.")
  private String wholes = "";

  @Option(
      names = "--freshness",
      description = "Milliseconds between commits to measure freshness at, with commas.")
  private String freshness = "";

  @Option(names = "--fresh-seconds", defaultValue = "60", description = "How long, each.")
  private long freshSeconds;

  private static Stream<String> words(String list) {
    return Stream.of(list.split(",")).map(String::strip).filter(word -> !word.isEmpty());
  }

  private static List<Long> numbers(String list) {
    return words(list).map(Long::valueOf).toList();
  }

  long rows() {
    return rows;
  }

  long eventRows() {
    return eventRows == 0 ? rows : eventRows;
  }

  int rounds() {
    return rounds;
  }

  int passes() {
    return passes;
  }

  long seed() {
    return seed;
  }

  int taxiPartitions() {
    return taxiPartitions;
  }

  int eventPartitions() {
    return eventPartitions;
  }

  /** Names of contenders, in the order that they were asked for; empty: all. */
  Set<String> only() {
    return words(only).collect(LinkedHashSet::new, Set::add, Set::addAll);
  }

  List<Long> wholes() {
    return numbers(wholes);
  }

  List<Long> freshness() {
    return numbers(freshness);
  }

  Duration freshTime() {
    return Duration.ofSeconds(freshSeconds);
  }

  /**
   * What contenders are told.
   *
   * @param taxiFile the taxi rows as a file
   */
  Plan plan(Path taxiFile) {
    return new Plan(passes, taxiPartitions, eventPartitions, commitMillis, taxiFile);
  }

  /** All of it, as results say it. */
  Map<String, String> described() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("taxi rows", "%,d".formatted(rows));
    settings.put("event rows", "%,d".formatted(eventRows()));
    settings.put("rounds", Integer.toString(rounds));
    settings.put("passes", Integer.toString(passes));
    settings.put("seed", Long.toString(seed));
    settings.put("commit interval", commitMillis + " ms");
    settings.put("taxi partitions", Integer.toString(taxiPartitions));
    settings.put("event partitions", Integer.toString(eventPartitions));
    settings.put("parallelism", "2");
    settings.put("Parquet", "zstd");
    return settings;
  }
}

package io.moulin.control.live;

import java.time.Instant;
import java.util.List;

/**
 * How all that a process keeps running is, at one moment.
 *
 * @param doing the command that the process runs, for example {@code up}
 * @param since when it began
 * @param at the moment
 * @param broker where Kafka clients reach it
 * @param catalog where Iceberg clients reach it
 * @param rssBytes memory that the process holds; 0 where nobody counts
 */
public record LiveStatus(
    String project,
    long pid,
    String doing,
    Instant since,
    Instant at,
    String broker,
    String catalog,
    long rssBytes,
    List<LiveDataset> datasets) {
  public LiveStatus {
    datasets = List.copyOf(datasets);
  }
}

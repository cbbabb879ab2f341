package io.moulin.live;

import io.moulin.spec.live.LiveSpec;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullUnmarked;

/** A row of silver, and by hand and one by one what windows are made of rows. */
@NullUnmarked
record Order(
    LocalDateTime at, String region, BigDecimal amount, boolean paid, int partition, long second) {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final LocalDateTime MONDAY = LocalDateTime.of(2000, 1, 3, 0, 0);

  /** As {@link LiveBed#send} takes it. */
  String row() {
    return "%s %s %s %s"
        .formatted(
            at == null ? "-" : at.format(DateTimeFormatter.ISO_LOCAL_DATE_TIME),
            region == null ? "-" : region,
            amount == null ? "-" : amount,
            paid ? "paid" : "open");
  }

  /** What by hand comes out: the windows as {@link LiveBed#WINDOWS} and who was too late. */
  record Told(List<String> windows, int late) {}

  private record Slot(LocalDateTime start, String region) {}

  /**
   * The windows of rows.
   *
   * @param rows in the order in which they came
   */
  static Told byHand(List<Order> rows, LiveSpec live, Duration watermark) {
    Duration delay = live.lateness() == null ? null : live.lateness().plus(watermark);
    Map<Integer, LocalDateTime> newest = new TreeMap<>();
    Map<String, List<Order>> slots = new TreeMap<>();
    Map<String, Slot> keys = new TreeMap<>();
    int late = 0;
    Map<Integer, Long> records = new TreeMap<>();
    for (Order row : rows) {
      records.merge(row.partition, row.second, Math::max);
      if (row.at == null) {
        continue;
      }
      LocalDateTime max = newest.get(row.partition);
      boolean missed = false;
      for (LocalDateTime start : starts(row.at, live)) {
        LocalDateTime end = start.plus(live.window());
        if (!row.paid) {
          continue;
        }
        if (delay != null && max != null && !max.isBefore(end.plus(delay))) {
          missed = true;
          continue;
        }
        String key = start + "|" + row.region;
        keys.put(key, new Slot(start, row.region));
        slots.computeIfAbsent(key, k -> new ArrayList<>()).add(row);
      }
      late += missed ? 1 : 0;
      newest.merge(row.partition, row.at, (a, b) -> a.isAfter(b) ? a : b);
    }
    LocalDateTime slowest = slowest(newest, records, live.idle());
    LocalDateTime last = newest.values().stream().max(LocalDateTime::compareTo).orElse(MONDAY);
    List<String> lines = new ArrayList<>();
    slots.forEach(
        (key, some) -> {
          LocalDateTime start = keys.get(key).start();
          LocalDateTime end = start.plus(live.window());
          boolean done = delay != null && slowest != null && !slowest.isBefore(end.plus(delay));
          if (live.keep() == null
              || unit(start, live) >= unit(last.minus(live.keep()).minus(live.window()), live)) {
            lines.add(line(start, end, some, done));
          }
        });
    return new Told(lines.stream().sorted().toList(), late);
  }

  private static LocalDateTime slowest(
      Map<Integer, LocalDateTime> newest, Map<Integer, Long> records, Duration idle) {
    if (idle == null) {
      return newest.size() < 2
          ? null
          : newest.values().stream().min(LocalDateTime::compareTo).orElseThrow();
    }
    long last = records.values().stream().max(Long::compare).orElse(0L);
    LocalDateTime slowest = LocalDateTime.MAX;
    for (Map.Entry<Integer, Long> record : records.entrySet()) {
      if (record.getValue() >= last - idle.toSeconds()) {
        LocalDateTime its = newest.get(record.getKey());
        if (its == null) {
          return null;
        }
        slowest = its.isBefore(slowest) ? its : slowest;
      }
    }
    return slowest;
  }

  private static long unit(LocalDateTime at, LiveSpec live) {
    long unit = live.hop().compareTo(Duration.ofHours(1)) < 0 ? 3600 : 86400;
    return Math.floorDiv(at.toEpochSecond(ZoneOffset.UTC), unit);
  }

  private static List<LocalDateTime> starts(LocalDateTime at, LiveSpec live) {
    List<LocalDateTime> starts = new ArrayList<>();
    long hop = live.hop().toSeconds();
    long last = Math.floorDiv(Duration.between(MONDAY, at).toSeconds(), hop);
    for (long k = last; MONDAY.plusSeconds(k * hop).plus(live.window()).isAfter(at); k--) {
      starts.add(MONDAY.plusSeconds(k * hop));
    }
    return starts;
  }

  private static String line(
      LocalDateTime start, LocalDateTime end, List<Order> rows, boolean done) {
    List<BigDecimal> amounts =
        rows.stream().map(Order::amount).filter(amount -> amount != null).toList();
    BigDecimal sum = amounts.stream().reduce(BigDecimal::add).orElse(null);
    BigDecimal mean =
        sum == null
            ? null
            : BigDecimal.valueOf(sum.doubleValue() / amounts.size())
                .setScale(9, RoundingMode.HALF_UP);
    return "%s|%s|%s|%d|%s|%s|%s|n=%d|%s"
        .formatted(
            start.format(TIME),
            end.format(TIME),
            rows.get(0).region,
            rows.size(),
            sum,
            amounts.stream().max(BigDecimal::compareTo).orElse(null),
            mean,
            amounts.size(),
            done);
  }
}

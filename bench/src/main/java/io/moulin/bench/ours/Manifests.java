package io.moulin.bench.ours;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Manifests of the rows that are measured: the example's, and what is left when parts go. */
public final class Manifests {
  /** Stands for what the tables of a pass end in. */
  static final String ID = "{pass}";

  private static final String EVENTS =
      """
      dataset: bench.events
      source: {topic: %s, partitions: %d, retention: 1d}
      time: {column: ts, formats: [epoch-ms], watermark: 5m, lateness: {allow: 1h, then: flag}%s}
      dedup: {key: [event_id], within: %s}
      columns:
        - {name: event_id, type: string, required: true}
        - {name: user_id, type: long, required: true}
        - {name: kind, type: string, required: true}
        - {name: amount, type: double, silver: "decimal(10,2)"}
        - {name: ts, type: timestamptz, required: true}
        - {name: url, type: string}
      derive:
        - {name: event_date, type: date, sql: "CAST(ts AS DATE)"}
        - {name: event_hour, type: int, sql: "hour(ts)"}
        - {name: is_purchase, type: boolean, sql: "kind = 'purchase'"}
        - {name: path, type: string, sql: "split_part(url, '?', 1)"}
        - {name: amount_band, type: string, sql: "CASE WHEN amount >= 100 THEN 'high' ELSE 'low' END"}
      rules:
        - {name: AMOUNT_NEGATIVE, expect: "amount >= 0"}
      """;

  /** A rule that no row passes keeps all of them from silver. */
  private static final String NO_SILVER =
      "\n  - {name: NO_SILVER, expect: \"1 = 0\", otherwise: filter}\n";

  private final String taxi;

  /**
   * @param example the manifest of {@code examples/taxi}
   * @param topic that holds the rows
   */
  public Manifests(String example, String topic, int partitions) {
    // What is raced is the way into silver; a live aggregate would follow it beside that.
    taxi =
        without(example, "live")
            .replaceFirst("(?m)^dataset: .*$", "dataset: bench.trips\ntable: trips_{pass}")
            .replaceFirst(
                "(?m)^source: .*$",
                "source: {topic: %s, partitions: %d}".formatted(topic, partitions))
            .replaceFirst(
                "(?m)^dead-letters: .*$", "dead-letters: {topic: %s.dlq}".formatted(topic));
  }

  /** The manifest of the small events, with five derived columns, for one pass after the other. */
  public static String events(String topic, int partitions) {
    return "table: events_"
        + ID
        + "\n"
        + EVENTS.formatted(topic, partitions, ", ahead: 36500d", "24h");
  }

  /** The same for events that are made while they are read. */
  public static String eventStream(String topic, int partitions) {
    return EVENTS.formatted(topic, partitions, "", "10m");
  }

  /**
   * A manifest of the taxi rows.
   *
   * @param name {@code full}, or what is left of it
   */
  public String taxi(String name) {
    String manifest = all().get(name);
    if (manifest == null) {
      throw new IllegalArgumentException("Invalid name of a manifest: " + name);
    }
    return manifest;
  }

  private Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("full", taxi);
    all.put("bronze-quarantine", noSilver(without(taxi, "derive", "dedup", "key", "partition")));
    all.put(
        "bronze",
        plain(without(taxi, "derive", "rules", "dedup", "key", "partition", "nulls"))
            + "rules:"
            + NO_SILVER);
    all.put("no-dedup", without(taxi, "dedup"));
    all.put("no-rules", without(taxi, "rules"));
    all.put("no-derive", without(taxi, "derive", "partition"));
    all.put("no-key", without(taxi, "key"));
    all.put("no-partition", without(taxi, "partition"));
    all.put(
        "late",
        taxi.replaceFirst(
            "watermark: 5m}", "watermark: 5m, lateness: {allow: 40d, then: flag}, ahead: 36500d}"));
    return all;
  }

  private static String noSilver(String manifest) {
    return manifest.strip() + NO_SILVER;
  }

  /** Silver's types are those on the wire, and no value has to be there. */
  private static String plain(String manifest) {
    return manifest
        .replaceAll(", silver: (\"[^\"]*\"|\\w+)", "")
        .replace(", required: true", "")
        .stripTrailing()
        .concat("\n");
  }

  /** Leaves whole blocks out: a line that begins with the field, and those indented below it. */
  private static String without(String manifest, String... fields) {
    List<String> names = List.of(fields);
    StringBuilder kept = new StringBuilder();
    boolean dropping = false;
    for (String line : manifest.split("\n", -1)) {
      if (!line.startsWith(" ") && !line.startsWith("#")) {
        dropping = names.contains(line.split(":", 2)[0]);
      }
      if (!dropping) {
        kept.append(line).append('\n');
      }
    }
    return kept.toString();
  }
}

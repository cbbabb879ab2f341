package io.moulin.sql;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.StreamSupport;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** What the metadata of a table says about it, without reading any file. */
final class SnapshotInfos {
  private SnapshotInfos() {}

  static List<Snapshot> newestFirst(Table table) {
    return StreamSupport.stream(table.snapshots().spliterator(), false)
        .sorted(Comparator.comparingLong(Snapshot::sequenceNumber).reversed())
        .toList();
  }

  static List<SnapshotInfo> of(Table table) {
    Snapshot current = table.currentSnapshot();
    return newestFirst(table).stream()
        .map(snapshot -> info(snapshot, snapshot.equals(current)))
        .toList();
  }

  private static SnapshotInfo info(Snapshot snapshot, Boolean current) {
    Long parent = snapshot.parentId();
    Map<String, String> summary = Objects.requireNonNullElse(snapshot.summary(), Map.of());
    return new SnapshotInfo(
        snapshot.snapshotId(),
        parent == null ? OptionalLong.empty() : OptionalLong.of(parent),
        Instant.ofEpochMilli(snapshot.timestampMillis()),
        Objects.requireNonNullElse(snapshot.operation(), ""),
        count(summary, SnapshotSummary.ADDED_RECORDS_PROP),
        rows(summary),
        current,
        summary);
  }

  static TableInfo table(String name, Table table) {
    @Nullable Snapshot current = table.currentSnapshot();
    Map<String, String> summary =
        current == null ? Map.of() : Objects.requireNonNullElse(current.summary(), Map.of());
    return new TableInfo(
        name,
        rows(summary),
        count(summary, SnapshotSummary.TOTAL_DATA_FILES_PROP),
        count(summary, SnapshotSummary.TOTAL_FILE_SIZE_PROP),
        newestFirst(table).size(),
        Optional.ofNullable(current).map(s -> Instant.ofEpochMilli(s.timestampMillis())));
  }

  private static long rows(Map<String, String> summary) {
    return count(summary, SnapshotSummary.TOTAL_RECORDS_PROP)
        - count(summary, SnapshotSummary.TOTAL_POS_DELETES_PROP);
  }

  private static long count(Map<String, String> summary, String property) {
    return Long.parseLong(summary.getOrDefault(property, "0"));
  }
}

package io.moulin.ingest.mend;

import io.moulin.commit.CommitLock;
import io.moulin.commit.Correction;
import io.moulin.commit.Correction.Changes;
import io.moulin.commit.Ledger;
import io.moulin.commit.Mended;
import io.moulin.commit.PartitionRange;
import io.moulin.commit.Tally;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.ContentFileParser;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableScan;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Rolls all tables of a dataset back to the newest commit that had not read given offsets yet, so
 * that the stream reads them again. It is a commit like any other: what is rolled back stays in the
 * snapshots before it.
 */
public final class Rewinding {
  private final Workshop workshop;
  private final FromPlace place;
  private final Map<String, String> kafka;

  private Rewinding(Workshop workshop, FromPlace place, Map<String, String> kafka) {
    this.workshop = workshop;
    this.place = place;
    this.kafka = kafka;
  }

  /**
   * Rolls the tables back.
   *
   * @param kafka properties of a Kafka client
   */
  public static Outcome run(MendJob job, FromPlace place, Map<String, String> kafka) {
    return Workshop.alone(job, workshop -> new Rewinding(workshop, place, kafka).rewind());
  }

  private Outcome rewind() throws IOException {
    String topic = workshop.job().dataset().source().topic();
    try (CommitLock.Held held = workshop.committer().lock().take();
        TopicReader reader = new TopicReader(topic, kafka)) {
      Map<Layer, Table> tables = workshop.committer().finished();
      Optional<Ledger> head = Workshop.head(tables);
      if (head.isEmpty()) {
        return new Outcome(false, 0, Map.of(), 0, Tally.ZERO, Tally.ZERO);
      }
      Map<Integer, Long> offsets = reader.offsets(place);
      if (!behind(head.get(), offsets)) {
        return new Outcome(false, 0, Map.of(), 0, head.get().total(), head.get().total());
      }
      return rewind(tables, head.get(), target(tables, offsets), reader);
    } catch (KafkaException e) {
      throw TopicReader.failed(topic, e);
    }
  }

  /** Whether a commit has read any of the offsets. */
  private static boolean behind(Ledger ledger, Map<Integer, Long> offsets) {
    return offsets.entrySet().stream()
        .anyMatch(
            from -> {
              @Nullable PartitionRange read = ledger.positions().get(from.getKey());
              return read != null && read.to() > from.getValue();
            });
  }

  /** The newest commit that has read none of the offsets, and that all tables still know. */
  private Optional<Target> target(Map<Layer, Table> tables, Map<Integer, Long> offsets) {
    Table silver = table(tables, Layer.SILVER);
    boolean whole = true;
    for (Snapshot snapshot = silver.currentSnapshot(); snapshot != null; ) {
      Optional<Ledger> ledger = Ledger.of(snapshot);
      if (ledger.isPresent() && !behind(ledger.get(), offsets)) {
        Optional<Target> found = target(tables, ledger.get());
        if (found.isPresent()) {
          return found;
        }
      }
      Long parent = snapshot.parentId();
      snapshot = parent == null ? null : silver.snapshot(parent);
      whole = parent == null;
    }
    if (!whole) {
      throw MoulinException.user(
          "history-expired",
          "No snapshot is left of the commit before these offsets",
          "choose later offsets: 'moulin snapshots silver.%s' shows which commits are left"
              .formatted(workshop.job().dataset().table()));
    }
    return Optional.empty();
  }

  private static Optional<Target> target(Map<Layer, Table> tables, Ledger ledger) {
    Map<Layer, Snapshot> snapshots = new EnumMap<>(Layer.class);
    for (Map.Entry<Layer, Table> entry : tables.entrySet()) {
      Table table = entry.getValue();
      @Nullable Snapshot snapshot = table.currentSnapshot();
      while (snapshot != null
          && Ledger.newest(table, snapshot).map(l -> l.after(Optional.of(ledger))).orElse(false)) {
        Long parent = snapshot.parentId();
        snapshot = parent == null ? null : table.snapshot(parent);
      }
      if (snapshot != null) {
        snapshots.put(entry.getKey(), snapshot);
      }
      long rows =
          snapshot == null
              ? 0
              : Long.parseLong(
                  snapshot.summary().getOrDefault(SnapshotSummary.TOTAL_RECORDS_PROP, "0"));
      if (rows != ledger.rows(entry.getKey())) {
        return Optional.empty(); // that table's snapshot of the commit is gone
      }
    }
    return Optional.of(new Target(ledger, snapshots));
  }

  private Outcome rewind(
      Map<Layer, Table> tables, Ledger head, Optional<Target> target, TopicReader reader)
      throws IOException {
    Map<Integer, PartitionRange> positions = target.map(t -> t.ledger.positions()).orElse(Map.of());
    for (int partition : head.positions().keySet()) {
      @Nullable PartitionRange position = positions.get(partition);
      long next = position == null ? 0 : position.to();
      if (reader.beginning(partition) > next
          && !positionsEqual(head.positions().get(partition), position)) {
        throw MoulinException.user(
            "records-expired",
            "The topic begins at offset %d of partition %d; a rewind would read from %d"
                .formatted(reader.beginning(partition), partition, next),
            "what the topic no longer has cannot be read again: choose later offsets, or rebuild"
                + " from bronze");
      }
    }
    Map<Layer, Changes> changes = new EnumMap<>(Layer.class);
    Map<Layer, Long> basis = new EnumMap<>(Layer.class);
    for (Map.Entry<Layer, Table> entry : tables.entrySet()) {
      Table table = entry.getValue();
      @Nullable Snapshot now = table.currentSnapshot();
      if (now != null) {
        basis.put(entry.getKey(), now.snapshotId());
      }
      Optional<Snapshot> then =
          target.flatMap(t -> Optional.ofNullable(t.snapshots.get(entry.getKey())));
      changes.put(entry.getKey(), changes(table, Optional.ofNullable(now), then));
    }
    Tally total = target.map(t -> t.ledger.total()).orElse(Tally.ZERO);
    long again = head.total().consumed() - total.consumed();
    workshop
        .committer()
        .correct(
            head,
            new Correction(
                Correction.Kind.REWIND,
                changes,
                basis,
                new Correction.After(
                    total, target.map(t -> t.ledger.mended()).orElse(Mended.NONE), positions),
                workshop.audit("", again)));
    return new Outcome(true, again, Map.of("to read again", again), 0, head.total(), total);
  }

  private static boolean positionsEqual(
      @Nullable PartitionRange one, @Nullable PartitionRange other) {
    return one != null && other != null && one.to() == other.to();
  }

  private static Changes changes(Table table, Optional<Snapshot> now, Optional<Snapshot> then)
      throws IOException {
    Map<String, String> current = files(table, now);
    Map<String, String> wanted = files(table, then);
    List<String> deleted = new ArrayList<>();
    List<String> added = new ArrayList<>();
    for (String location : new HashSet<>(current.keySet())) {
      if (!wanted.containsKey(location)) {
        deleted.add(current.getOrDefault(location, ""));
      }
    }
    wanted.forEach(
        (location, json) -> {
          if (!current.containsKey(location)) {
            added.add(json);
          }
        });
    return new Changes(added, deleted);
  }

  private static Map<String, String> files(Table table, Optional<Snapshot> snapshot)
      throws IOException {
    Map<String, String> files = new HashMap<>();
    if (snapshot.isEmpty()) {
      return files;
    }
    TableScan scan = table.newScan().useSnapshot(snapshot.get().snapshotId()).includeColumnStats();
    try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
      for (FileScanTask task : tasks) {
        DataFile file = task.file();
        files.put(
            file.location(), ContentFileParser.toJson(file, table.specs().get(file.specId())));
      }
    }
    return files;
  }

  private static Table table(Map<Layer, Table> tables, Layer layer) {
    Table table = tables.get(layer);
    if (table == null) {
      throw new IllegalStateException("Cannot find the table of layer " + layer);
    }
    return table;
  }

  /** A commit of the past, and the snapshot of each table that had one by then. */
  private record Target(Ledger ledger, Map<Layer, Snapshot> snapshots) {}
}

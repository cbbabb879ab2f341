package io.moulin.control;

import io.moulin.control.live.FollowedTable;
import io.moulin.control.mend.Followers;
import io.moulin.plan.Actual.ActualTable;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TopicSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.SnapshotSummary;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;

/** Shows what there is: topics, tables and their snapshots. */
public final class Describing {
  private final Balancing balancing;

  public Describing(Balancing balancing) {
    this.balancing = balancing;
  }

  /**
   * How a dataset stands.
   *
   * @param topic null when there is none yet
   * @param records that the topic has ever received; 0 without a topic
   * @param waiting those of them that no commit has accounted for yet
   * @param tables those that exist
   * @param followed those of them that follow silver
   */
  public record DatasetStatus(
      DatasetSpec dataset,
      Optional<TopicSpec> topic,
      long records,
      long waiting,
      List<ActualTable> tables,
      List<FollowedTable> followed) {}

  /**
   * One snapshot of a table.
   *
   * @param added rows that it added
   * @param total rows that the table held after it
   * @param token the commit that made it; empty for a commit that is not of Moulin
   */
  public record TableSnapshot(
      long id, Instant at, String operation, long added, long total, String token) {}

  /**
   * Where other programs reach what runs now.
   *
   * @param warehouse where the files of a table are
   */
  public record Addresses(String broker, String catalog, String warehouse) {
    /** The addresses as lines for people. */
    public List<String> lines() {
      return List.of("  Kafka         " + broker, "  Iceberg REST  " + catalog);
    }
  }

  /** Where other programs reach the broker, the catalog and the files of a table. */
  public Addresses addresses(Session session, String fullName) {
    Table table = session.platform().tables().catalog().loadTable(TableIdentifier.parse(fullName));
    return new Addresses(
        session.platform().topics().clientProperties().getOrDefault("bootstrap.servers", ""),
        session.platform().tables().catalogProperties().getOrDefault("uri", ""),
        table.location());
  }

  /** How every dataset of the project stands. */
  public List<DatasetStatus> status(Session session) {
    List<DatasetStatus> all = new ArrayList<>();
    for (DatasetSpec dataset : session.project().spec().datasets()) {
      String name = dataset.source().topic();
      Optional<TopicSpec> topic =
          Optional.ofNullable(session.platform().topics().describe(List.of(name)).get(name));
      long records =
          topic.isEmpty()
              ? 0
              : session.platform().topics().ends(name).values().stream()
                  .mapToLong(Long::longValue)
                  .sum();
      List<ActualTable> tables = tables(session, dataset);
      long waiting =
          topic.isEmpty() || !hasBooks(dataset, tables)
              ? records
              : balancing.balance(session, dataset).waiting();
      Instant now = Instant.now();
      List<FollowedTable> followed =
          Followers.standings(session, dataset).stream()
              .map(standing -> FollowedTable.of(standing, now))
              .toList();
      all.add(new DatasetStatus(dataset, topic, records, waiting, tables, followed));
    }
    return all;
  }

  private static boolean hasBooks(DatasetSpec dataset, List<ActualTable> tables) {
    List<String> names = tables.stream().map(ActualTable::fullName).toList();
    return dataset.tables().stream().map(TableSpec::fullName).allMatch(names::contains);
  }

  /** The tables of all datasets, seeds and models that exist. */
  public List<ActualTable> tables(Session session) {
    List<ActualTable> all = new ArrayList<>();
    session.project().spec().datasets().forEach(dataset -> all.addAll(tables(session, dataset)));
    session.project().models().nodes().stream()
        .filter(node -> node.kind().stored())
        .map(node -> session.platform().tables().describe(node.fullName()))
        .flatMap(Optional::stream)
        .forEach(all::add);
    return all;
  }

  private static List<ActualTable> tables(Session session, DatasetSpec dataset) {
    return dataset.everyTable().stream()
        .map(TableSpec::fullName)
        .map(session.platform().tables()::describe)
        .flatMap(Optional::stream)
        .toList();
  }

  /** One table by its full name. */
  public ActualTable table(Session session, String fullName) {
    return session
        .platform()
        .tables()
        .describe(fullName)
        .orElseThrow(() -> unknown(session, fullName));
  }

  /** The snapshots of a table, oldest first. */
  public List<TableSnapshot> snapshots(Session session, String fullName) {
    table(session, fullName);
    Table table = session.platform().tables().catalog().loadTable(TableIdentifier.parse(fullName));
    List<TableSnapshot> all = new ArrayList<>();
    for (Snapshot snapshot : table.snapshots()) {
      Map<String, String> summary = snapshot.summary();
      all.add(
          new TableSnapshot(
              snapshot.snapshotId(),
              Instant.ofEpochMilli(snapshot.timestampMillis()),
              String.valueOf(snapshot.operation()),
              rows(summary, SnapshotSummary.ADDED_RECORDS_PROP),
              rows(summary, SnapshotSummary.TOTAL_RECORDS_PROP),
              summary.getOrDefault("moulin.token", "")));
    }
    return all;
  }

  private static long rows(Map<String, String> summary, String property) {
    return Long.parseLong(summary.getOrDefault(property, "0"));
  }

  private MoulinException unknown(Session session, String fullName) {
    List<String> names = tables(session).stream().map(ActualTable::fullName).toList();
    return MoulinException.user(
        "unknown-table",
        "there is no table '" + fullName + "'",
        names.isEmpty() ? "run 'moulin apply' first" : "tables are: " + String.join(", ", names));
  }
}

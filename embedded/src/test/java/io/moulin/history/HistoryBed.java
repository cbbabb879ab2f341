package io.moulin.history;

import io.moulin.follow.Following;
import io.moulin.follow.Keeper;
import io.moulin.follow.Kept;
import io.moulin.follow.SilverBed;
import io.moulin.ingest.FaultyCatalog;
import io.moulin.ingest.TableRows;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DeadLetterSpec;
import io.moulin.spec.Place;
import io.moulin.spec.SourceSpec;
import io.moulin.spec.history.HistorySpec;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** A stream into silver and a history behind it, without broker and Flink. */
final class HistoryBed extends SilverBed {
  static final String VERSIONS =
      "id, plan, country, effective_start, effective_end, is_current, version";

  private @Nullable Keeper kept;

  HistoryBed(Path folder, DatasetSpec dataset) throws SQLException, IOException {
    this(folder, dataset, new FaultyCatalog());
  }

  HistoryBed(Path folder, DatasetSpec dataset, FaultyCatalog catalog)
      throws SQLException, IOException {
    super(folder, dataset, catalog);
  }

  /** Users with a plan and a country; {@code op} is D where one is deleted. */
  static DatasetSpec users(HistorySpec history) {
    List<ColumnSpec> columns =
        Stream.of("id long", "plan string", "country string", "op string", "ts timestamp")
            .map(SilverBed::column)
            .toList();
    return new DatasetSpec(
            "test.users",
            "users",
            "",
            new SourceSpec("test.users.raw", 2, Duration.ofDays(3), SourceSpec.Format.JSON, null),
            new DeadLetterSpec("test.users.dlq", 1, Duration.ofDays(7), 0),
            null,
            columns,
            DatasetSpec.UnknownFields.KEEP,
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            List.of(),
            List.of(),
            Place.of("datasets/users.yml"))
        .withHistory(history);
  }

  static HistorySpec changes(int buckets) {
    return history(HistorySpec.Mode.CHANGES, "op = 'D'", buckets);
  }

  static HistorySpec listings(int buckets) {
    return history(HistorySpec.Mode.LISTING, null, buckets);
  }

  private static HistorySpec history(HistorySpec.Mode mode, @Nullable String deletes, int buckets) {
    return new HistorySpec(
        List.of("id"),
        List.of("plan", "country"),
        mode,
        "ts",
        deletes,
        buckets,
        null,
        Place.of("datasets/users.yml"));
  }

  /** Another declaration of the same tables. */
  void redeclare(HistorySpec history) {
    dataset = dataset.withHistory(history);
    kept = null;
  }

  /** A row of silver: id, plan, country, op and time, separated by blanks; {@code -} for none. */
  HistoryBed send(int partition, String row) throws SQLException, IOException {
    String[] words = row.split(" ", -1);
    List<String> fields = new ArrayList<>();
    List<String> names = List.of("id", "plan", "country", "op", "ts");
    for (int i = 0; i < words.length; i++) {
      if (!words[i].equals("-")) {
        String value = i == 0 ? words[i] : "\"" + words[i] + "\"";
        fields.add("\"" + names.get(i) + "\": " + value);
      }
    }
    sendJson(partition, "{" + String.join(", ", fields) + "}");
    return this;
  }

  /** The one that follows, until the process ends. */
  Keeper keeper() {
    Keeper known = kept;
    if (known == null) {
      known = keeper(following());
      kept = known;
    }
    return known;
  }

  Following following() {
    return new FollowedHistory(dataset);
  }

  @Override
  public void restart() throws SQLException, IOException {
    super.restart();
    kept = null;
  }

  /** Commits what was sent and has the history follow. */
  Kept follow() throws SQLException, IOException {
    commit();
    return keeper().catchUp();
  }

  Table history() {
    return table(dataset.historyTable().orElseThrow());
  }

  /** The history, in order, columns joined by {@code |}. */
  List<String> versions() throws SQLException, IOException {
    return rows(VERSIONS);
  }

  List<String> rows(String columns) throws SQLException, IOException {
    return TableRows.of(history(), columns).stream().sorted().toList();
  }

  List<String> strangers() throws IOException {
    return strangers(history());
  }
}

package io.moulin.live;

import io.moulin.follow.Following;
import io.moulin.follow.Keeper;
import io.moulin.follow.Kept;
import io.moulin.follow.SilverBed;
import io.moulin.ingest.FaultyCatalog;
import io.moulin.ingest.TableRows;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DeadLetterSpec;
import io.moulin.spec.DerivedSpec;
import io.moulin.spec.Place;
import io.moulin.spec.SourceSpec;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.TypeParser;
import io.moulin.spec.live.LiveSpec;
import io.moulin.spec.live.LiveTable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/** A stream of orders into silver and a live aggregate behind it, without broker and Flink. */
final class LiveBed extends SilverBed {
  static final Place AT = Place.of("datasets/orders.yml");
  static final List<DerivedSpec> MERGE =
      List.of(
          value("orders", "long", "count(*)"),
          value("revenue", "decimal(20,2)", "sum(amount)"),
          value("biggest", "decimal(10,2)", "max(amount)"),
          value("mean", "double", "avg(amount)"),
          value("note", "string", "'n=' || count(amount)"));
  static final List<DerivedSpec> REMEMBER =
      List.of(
          MERGE.get(0),
          MERGE.get(1),
          MERGE.get(2),
          MERGE.get(3),
          MERGE.get(4),
          value("middle", "decimal(10,2)", "median(amount)"),
          value("inexact", "double", "sum(CAST(amount AS DOUBLE) / 3)"),
          value("different", "long", "count(DISTINCT amount)"),
          value("last_one", "decimal(10,2)", "last(amount)"));

  /**
   * What by hand has too. Means have nine digits behind the point, because cents divided by the few
   * rows of a window have fewer: with three, halves are rounded as their nearest binary number is.
   */
  static final String WINDOWS =
      "window_start, window_end, region, orders, revenue, biggest,"
          + " CAST(round(mean, 9) AS DECIMAL(18,9)), note, is_final";

  private @Nullable Keeper kept;

  LiveBed(Path folder, DatasetSpec dataset) throws SQLException, IOException {
    this(folder, dataset, new FaultyCatalog());
  }

  LiveBed(Path folder, DatasetSpec dataset, FaultyCatalog catalog)
      throws SQLException, IOException {
    super(folder, dataset, catalog);
  }

  static DerivedSpec value(String name, String type, String sql) {
    DataType parsed = TypeParser.parse(type);
    return new DerivedSpec(name, parsed, sql, "", AT);
  }

  /** Orders with a region, of which only paid ones count. */
  static DatasetSpec orders(Duration watermark, LiveSpec live) {
    List<ColumnSpec> columns =
        Stream.of("ts timestamp", "region string", "amount decimal(10,2)", "status string")
            .map(SilverBed::column)
            .toList();
    return new DatasetSpec(
            "test.orders",
            "orders",
            "",
            new SourceSpec("test.orders.raw", 2, Duration.ofDays(3), SourceSpec.Format.JSON, null),
            new DeadLetterSpec("test.orders.dlq", 1, Duration.ofDays(7), 0),
            new TimeSpec(
                "ts",
                List.of("iso"),
                ZoneId.of("UTC"),
                watermark,
                null,
                null,
                Duration.ofSeconds(30)),
            columns,
            DatasetSpec.UnknownFields.KEEP,
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            List.of(),
            List.of(),
            AT)
        .withLive(List.of(live));
  }

  static LiveSpec live(
      Duration window,
      Duration hop,
      List<DerivedSpec> values,
      @Nullable Duration lateness,
      @Nullable Duration keep) {
    return new LiveSpec(
        "revenue",
        window,
        hop,
        List.of("region"),
        "status = 'paid'",
        values,
        lateness,
        null,
        null,
        keep,
        AT);
  }

  /** The same, and partitions that are silent for so long hold no window back. */
  static LiveSpec idle(LiveSpec live, @Nullable Duration idle) {
    return new LiveSpec(
        live.name(),
        live.window(),
        live.hop(),
        live.by(),
        live.where(),
        live.values(),
        live.lateness(),
        idle,
        live.every(),
        live.keep(),
        live.at());
  }

  /** A row of silver: time, region, amount and status, separated by blanks; {@code -} for none. */
  LiveBed send(int partition, String row) throws SQLException, IOException {
    return send(partition, row, 0);
  }

  /**
   * The same.
   *
   * @param second when its record was produced
   */
  LiveBed send(int partition, String row, long second) throws SQLException, IOException {
    String[] words = row.split(" ", -1);
    List<String> names = List.of("ts", "region", "amount", "status");
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < words.length; i++) {
      if (!words[i].equals("-")) {
        String value = i == 2 ? words[i] : "\"" + words[i] + "\"";
        fields.add("\"" + names.get(i) + "\": " + value);
      }
    }
    sendJson(partition, "{" + String.join(", ", fields) + "}", second);
    return this;
  }

  /** Another declaration of the same table. */
  void redeclare(LiveSpec live) {
    dataset = dataset.withLive(List.of(live));
    kept = null;
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
    return new FollowedLive(dataset, dataset.live().get(0));
  }

  @Override
  public void restart() throws SQLException, IOException {
    super.restart();
    kept = null;
  }

  /** Commits what was sent and has the aggregate follow. */
  Kept follow() throws SQLException, IOException {
    commit();
    return keeper().catchUp();
  }

  Table live() {
    return table(LiveTable.of(dataset.live().get(0), dataset));
  }

  List<String> rows(String columns) throws SQLException, IOException {
    return TableRows.of(live(), columns).stream().sorted().toList();
  }

  /** What the newest snapshot says of itself. */
  String said(String name) {
    Snapshot now = live().currentSnapshot();
    return now == null ? "" : now.summary().getOrDefault("moulin.live." + name, "");
  }

  List<String> strangers() throws IOException {
    return strangers(live());
  }
}

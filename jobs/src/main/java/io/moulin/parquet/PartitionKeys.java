package io.moulin.parquet;

import io.moulin.duck.Duck;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.PartitionSpec.Transform;
import io.moulin.spec.Sql;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;
import org.jspecify.annotations.Nullable;

/**
 * The partition of each written file. DuckDB makes a folder of each key, so a key has to be a good
 * file name whatever the data holds: times are numbers since 1970, as Iceberg keeps them, and text
 * that would be a bad name is represented by its hash and looked up again.
 */
final class PartitionKeys {
  /** Begins a hash; no text that stands for itself contains it. */
  private static final String HASHED = "~";

  private final List<PartitionSpec> partition;
  private final Table table;
  private final Duck duck;
  private final String query;

  /**
   * @param query the rows that are written
   */
  PartitionKeys(List<PartitionSpec> partition, Table table, Duck duck, String query) {
    this.partition = partition;
    this.table = table;
    this.duck = duck;
    this.query = query;
  }

  /** Names of the key columns. */
  String names() {
    return IntStream.range(0, partition.size())
        .mapToObj(i -> "_p" + i)
        .collect(Collectors.joining(", "));
  }

  /** The key columns, in SQL. */
  String columns() {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < partition.size(); i++) {
      columns.add(key(partition.get(i)) + " AS _p" + i);
    }
    return String.join(", ", columns);
  }

  /**
   * The rows of one partition.
   *
   * @param keys text of each key by its name, as {@link #read} takes it
   */
  record Part(Map<String, @Nullable String> keys, String condition) {}

  /** The partitions that the rows belong to, when there are at most {@code most}; else none. */
  List<Part> few(int most) throws SQLException {
    String texts =
        IntStream.range(0, partition.size())
            .mapToObj(i -> "CAST(_p%1$d AS VARCHAR), typeof(_p%1$d)".formatted(i))
            .collect(Collectors.joining(", "));
    List<Part> parts = new ArrayList<>();
    duck.query(
        "SELECT DISTINCT %s FROM (SELECT %s FROM (%s)) LIMIT %d"
            .formatted(texts, columns(), query, most + 1),
        row -> parts.add(part(row)));
    return parts.size() > most ? List.of() : parts;
  }

  private Part part(ResultSet row) throws SQLException {
    Map<String, @Nullable String> keys = new HashMap<>();
    List<String> conditions = new ArrayList<>();
    for (int i = 0; i < partition.size(); i++) {
      String name = "_p" + i;
      String key = row.getString(2 * i + 1);
      keys.put(name, key);
      conditions.add(
          key == null
              ? name + " IS NULL"
              : "%s = CAST(%s AS %s)".formatted(name, Sql.text(key), row.getString(2 * i + 2)));
    }
    return new Part(keys, String.join(" AND ", conditions));
  }

  /** The query of the rows of one partition. */
  String rows(Part part) {
    return "SELECT * EXCLUDE (%s) FROM (SELECT *, %s FROM (%s)) WHERE %s"
        .formatted(names(), columns(), query, part.condition());
  }

  private String key(PartitionSpec field) {
    String column = Sql.name(field.column());
    return switch (field.transform()) {
      case IDENTITY ->
          switch (table.schema().findType(field.column()).typeId()) {
            case DATE -> since("day", column);
            case TIMESTAMP, TIME -> "epoch_us(" + column + ")";
            case STRING -> text(column);
            default -> column;
          };
      case YEAR -> since("year", column);
      case MONTH -> since("month", column);
      case DAY -> since("day", column);
      case HOUR -> since("hour", column);
    };
  }

  private static String since(String unit, String column) {
    return "date_diff('%s', TIMESTAMP '1970-01-01', CAST(%s AS TIMESTAMP))".formatted(unit, column);
  }

  /**
   * Short and plain text stands for itself, but for the name that DuckDB gives the folder of NULL.
   */
  private static String text(String column) {
    return "CASE WHEN length(%1$s) <= 40 AND regexp_full_match(%1$s, '[A-Za-z0-9_.-]+')"
            .formatted(column)
        + " AND %1$s <> '__HIVE_DEFAULT_PARTITION__' THEN %1$s WHEN %1$s IS NOT NULL THEN '%2$s' || md5(%1$s) END"
            .formatted(column, HASHED);
  }

  /** The partition of a file, from the keys that DuckDB gives back as text. */
  PartitionData read(Map<?, ?> keys) throws SQLException {
    PartitionData values = new PartitionData(table.spec().partitionType());
    for (int i = 0; i < partition.size(); i++) {
      Object key = keys.get("_p" + i);
      values.set(i, key == null ? null : value(i, key.toString()));
    }
    return values;
  }

  private @Nullable Object value(int field, String key) throws SQLException {
    if (partition.get(field).transform() != Transform.IDENTITY) {
      return Integer.valueOf(key);
    }
    Type type = table.spec().partitionType().fields().get(field).type();
    return switch (type.typeId()) {
      case BOOLEAN -> Boolean.valueOf(key);
      case INTEGER, DATE -> Integer.valueOf(key);
      case LONG, TIMESTAMP, TIME -> Long.valueOf(key);
      case DECIMAL -> new BigDecimal(key);
      case UUID -> UUID.fromString(key);
      default -> key.startsWith(HASHED) ? original(field, key.substring(1)) : key;
    };
  }

  private String original(int field, String hash) throws SQLException {
    String column = Sql.name(partition.get(field).column());
    List<String> found = new ArrayList<>();
    duck.query(
        "SELECT %1$s FROM (%2$s) WHERE md5(%1$s) = '%3$s' LIMIT 1".formatted(column, query, hash),
        row -> found.add(row.getString(1)));
    return found.get(0);
  }
}

package io.moulin.load.scaffold;

import io.moulin.load.file.DuckDb;
import io.moulin.load.file.SourceFile;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What a whole file holds, as DuckDB measures it. */
final class Profile implements AutoCloseable {
  // What a JSON number is, and which booleans and times need no declared format.
  private static final String NUMBER = "-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?";
  private static final String BOOLEAN = "(?i)true|false";
  private static final String TIME =
      "\\d{4}-\\d\\d-\\d\\d([T ]\\d\\d:\\d\\d(:\\d\\d([.]\\d{1,6})?)?(Z|[-+]\\d\\d:\\d\\d)?)?";

  private final SourceFile file;
  private final Connection connection;
  private final Statement statement;
  private String typed;
  private final List<Column> columns = new ArrayList<>();
  private long rows;

  /**
   * One column of the file.
   *
   * @param type in DuckDB's words
   * @param iso whether its texts are what JSON writes for that type
   * @param cents whether all its numbers have at most two digits after the point
   * @param largest largest absolute value of a number, else 0
   */
  record Column(
      String name, String type, long values, boolean iso, boolean cents, double largest) {}

  Profile(SourceFile file) {
    this.file = file;
    this.typed = typed(file);
    this.connection = DuckDb.open();
    try {
      this.statement = connection.createStatement();
      measure();
    } catch (SQLException e) {
      close();
      throw failed(e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static String typed(SourceFile file) {
    String path = DuckDb.fileToRead(file.path());
    String packing = file.packing() == SourceFile.Packing.GZIP ? ", compression = 'gzip'" : "";
    return switch (file.format()) {
      case PARQUET -> "read_parquet(%s, hive_partitioning = false)".formatted(path);
      case AVRO ->
          throw MoulinException.user(
              "file-format",
              "%s is an Avro file, which scaffold does not measure".formatted(file.path()),
              "take a Parquet, CSV or JSON lines file of the same rows, or write the columns"
                  + " yourself; 'moulin load' takes Avro files");
      case CSV ->
          "read_csv(%s, header = true, delim = ',', quote = '\"', sample_size = -1%s)"
              .formatted(path, packing);
      case JSON_LINES ->
          ("read_json(%s, format = 'newline_delimited', records = true, sample_size = -1,"
                  + " ignore_errors = true, map_inference_threshold = -1%s)")
              .formatted(path, packing);
    };
  }

  /** The file with every column as it is written, where that may differ from its type. */
  private String asText(List<String> names) {
    String path = DuckDb.fileToRead(file.path());
    String packing = file.packing() == SourceFile.Packing.GZIP ? ", compression = 'gzip'" : "";
    if (file.format() == SourceFile.Format.CSV) {
      return "read_csv(%s, header = true, delim = ',', quote = '\"', all_varchar = true%s)"
          .formatted(path, packing);
    }
    List<String> fields = new ArrayList<>();
    for (String name : names) {
      fields.add(Sql.name(name) + ": 'VARCHAR'");
    }
    return "read_json(%s, format = 'newline_delimited', ignore_errors = true, columns = {%s}%s)"
        .formatted(path, String.join(", ", fields), packing);
  }

  private void measure() throws SQLException {
    List<String> names = new ArrayList<>();
    List<String> types = new ArrayList<>();
    String describe = "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM " + typed + ")";
    try (ResultSet result = statement.executeQuery(describe)) {
      while (result.next()) {
        names.add(result.getString(1));
        types.add(result.getString(2));
      }
    }
    if (file.format() == SourceFile.Format.JSON_LINES) {
      // A line that is no object is read as a row without any value.
      List<String> nothing = names.stream().map(name -> Sql.name(name) + " IS NULL").toList();
      typed = "(FROM %s WHERE NOT (%s))".formatted(typed, String.join(" AND ", nothing));
    }
    List<String> measures = new ArrayList<>();
    measures.add("count(*)");
    for (int i = 0; i < names.size(); i++) {
      measures.addAll(measures(Sql.name(names.get(i)), types.get(i)));
    }
    List<Boolean> iso = writtenAsJson(names, types);
    try (ResultSet result =
        statement.executeQuery("SELECT " + String.join(", ", measures) + " FROM " + typed)) {
      result.next();
      rows = result.getLong(1);
      for (int i = 0; i < names.size(); i++) {
        int at = 2 + 3 * i;
        columns.add(
            new Column(
                names.get(i),
                types.get(i),
                result.getLong(at),
                iso.get(i),
                result.getBoolean(at + 1),
                result.getDouble(at + 2)));
      }
    }
  }

  private static List<String> measures(String name, String type) {
    if (!type.equals("DOUBLE") && !type.equals("FLOAT")) {
      return List.of("count(" + name + ")", "false", "0::DOUBLE");
    }
    // Shortest text, so that 0.1 + 0.2 is not taken for 0.3.
    String exact = "regexp_full_match(CAST(%s AS VARCHAR), '-?\\d+([.]\\d{1,2})?')".formatted(name);
    return List.of(
        "count(" + name + ")",
        "coalesce(bool_and(%s), false)".formatted(exact),
        "coalesce(max(abs(%s)), 0)::DOUBLE".formatted(name));
  }

  private List<Boolean> writtenAsJson(List<String> names, List<String> types) throws SQLException {
    List<Boolean> iso = new ArrayList<>();
    if (file.format() == SourceFile.Format.PARQUET) {
      names.forEach(name -> iso.add(true));
      return iso;
    }
    List<String> checks = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = Sql.name(names.get(i));
      String empty = file.format() == SourceFile.Format.CSV ? name + " = '' OR " : "";
      String pattern = pattern(types.get(i));
      checks.add(
          pattern.isEmpty()
              ? "true"
              : "coalesce(bool_and(%s regexp_full_match(%s, '%s')), true)"
                  .formatted(empty, name, pattern));
    }
    try (ResultSet result =
        statement.executeQuery("SELECT " + String.join(", ", checks) + " FROM " + asText(names))) {
      result.next();
      for (int i = 0; i < names.size(); i++) {
        iso.add(result.getBoolean(i + 1));
      }
    }
    return iso;
  }

  private static String pattern(String type) {
    return switch (type) {
      case "BIGINT", "HUGEINT", "UBIGINT", "DOUBLE" -> NUMBER;
      case "BOOLEAN" -> BOOLEAN;
      case "DATE", "TIMESTAMP", "TIMESTAMP WITH TIME ZONE" -> TIME;
      default -> "";
    };
  }

  long rows() {
    return rows;
  }

  List<Column> columns() {
    return columns;
  }

  /** Whether no two rows are equal in these columns, and none of them is empty. */
  boolean isKey(List<String> names) {
    List<String> quoted = names.stream().map(Sql::name).toList();
    List<String> full = quoted.stream().map(name -> name + " IS NOT NULL").toList();
    String sql =
        "SELECT count(DISTINCT (%s)) = count(*) AND bool_and(%s) FROM %s"
            .formatted(String.join(", ", quoted), String.join(" AND ", full), typed);
    try (ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getBoolean(1);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private MoulinException failed(SQLException e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return MoulinException.user(
        "file-broken",
        "Cannot read %s: %s".formatted(file.path(), message),
        "check the file: a manifest is made from its whole content",
        e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw MoulinException.internal("duckdb", "Cannot close DuckDB: " + e.getMessage(), e);
    }
  }
}

package io.moulin.load.generate;

import io.moulin.load.file.DuckDb;
import io.moulin.load.file.Rows;
import io.moulin.load.file.WatchedFields;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.generate.GeneratorSpec;
import io.moulin.spec.generate.GeneratorSpec.FaultSpec;
import io.moulin.spec.generate.GeneratorSpec.Outcome;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The rows that a generator makes, in order, computed some at a time. */
public final class GeneratedRows implements Rows {
  private static final int BATCH = 10_000;
  private static final int FIRST_BATCH = 200;
  private static final String GOOD = Outcome.SILVER.name().toLowerCase(Locale.ROOT);
  private static final Made NOTHING = new Made(-1, "", null, GOOD, "");

  private final GeneratorSpec generator;
  private final GeneratorSql sql;
  private final Connection duckdb;
  private final WatchedFields fields;
  private final Map<String, String> outcomes = new HashMap<>();
  private final Deque<Made> ahead = new ArrayDeque<>();
  private final long end;
  private long computed;
  private int batch = FIRST_BATCH;
  private Made current = NOTHING;
  private byte[] value = new byte[0];

  /**
   * A generated row.
   *
   * @param fault the one that was planted; null when there is none
   * @param expect where the row must end
   */
  public record Made(
      long line, String shape, @Nullable String fault, String expect, String payload) {}

  /**
   * @param from line of the first row
   * @param rows how many
   * @param watched columns of which the text will be asked for
   */
  public GeneratedRows(GeneratorSpec generator, long from, long rows, List<ColumnSpec> watched) {
    this.generator = generator;
    this.sql = new GeneratorSql(generator);
    this.fields = new WatchedFields(watched);
    this.computed = from;
    this.end = from + rows;
    for (FaultSpec fault : generator.faults()) {
      outcomes.put(fault.name(), fault.expect());
    }
    this.duckdb = open(sql);
  }

  /** A database with the functions that generators may call, and without files. */
  static Connection open(GeneratorSql sql) {
    Connection duckdb = DuckDb.open();
    try (Statement statement = duckdb.createStatement()) {
      statement.execute("SET enable_external_access = false");
      for (String macro : sql.prepare()) {
        statement.execute(macro);
      }
      return duckdb;
    } catch (SQLException e) {
      throw MoulinException.internal("duckdb", "Cannot prepare DuckDB: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean next() {
    if (ahead.isEmpty() && computed < end) {
      compute();
    }
    Made next = ahead.poll();
    current = next == null ? NOTHING : next;
    value = current.payload().getBytes(StandardCharsets.UTF_8);
    fields.look(value);
    return next != null;
  }

  private void compute() {
    long to = Math.min(end, computed + batch);
    String lines =
        "SELECT range AS %s FROM range(%d, %d)".formatted(GeneratorSql.LINE, computed, to);
    // A result that is streamed fails without saying why.
    try (Statement make = duckdb.createStatement();
        Statement statement = duckdb.createStatement()) {
      make.execute("CREATE OR REPLACE TEMP TABLE __made AS " + sql.rows(lines));
      ResultSet rows = statement.executeQuery("SELECT * FROM __made ORDER BY 1");
      while (rows.next()) {
        String fault = rows.getString(3);
        String payload = rows.getString(4);
        ahead.add(
            new Made(
                rows.getLong(1),
                rows.getString(2),
                fault,
                fault == null ? GOOD : outcomes.getOrDefault(fault, GOOD),
                payload == null ? "" : payload));
      }
    } catch (SQLException e) {
      throw MoulinException.user(
          "generator-failed",
          "Generating rows of %s failed: %s".formatted(generator.dataset().name(), firstLine(e)),
          "mend the SQL in " + generator.at().file() + ": it must hold for every n",
          e);
    }
    computed = to;
    batch = BATCH;
  }

  private static String firstLine(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  /** The row that {@link #next()} went to. */
  public Made made() {
    return current;
  }

  @Override
  public byte[] value() {
    return value;
  }

  @Override
  public @Nullable String text(int index) {
    return fields.text(index);
  }

  @Override
  public void close() {
    try {
      duckdb.close();
    } catch (SQLException e) {
      throw MoulinException.internal("duckdb", "Cannot stop DuckDB: " + e.getMessage(), e);
    }
  }
}

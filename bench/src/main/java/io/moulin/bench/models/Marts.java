package io.moulin.bench.models;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Compares the marts of both: figures of tables that differ are figures of nothing. */
final class Marts {
  private Marts() {}

  /**
   * Fails unless every mart has as many rows in both, and the same sum over all its decimals, which
   * are the amounts of money.
   *
   * @param database that dbt wrote
   */
  static void requireEqual(Lakehouse ours, Path database, List<String> marts)
      throws IOException, InterruptedException, SQLException {
    String query;
    List<String> theirs;
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:" + database)) {
      List<String> each = new ArrayList<>();
      for (String mart : marts) {
        each.add(summed(mart, decimals(duckdb, mart)));
      }
      query = String.join(" UNION ALL ", each) + " ORDER BY said";
      theirs = column(duckdb, query);
    }
    requireEqual(ours.ask(query), theirs);
  }

  static void requireEqual(List<String> ours, List<String> theirs) {
    if (!ours.equals(theirs) || ours.isEmpty()) {
      throw new IllegalStateException(
          "Cannot count a figure: rows and sums of the marts are %s, but dbt's are %s"
              .formatted(ours, theirs));
    }
  }

  /** One row of words: the mart, its rows, its money. */
  static String summed(String mart, List<String> decimals) {
    String money =
        decimals.isEmpty()
            ? "0"
            : decimals.stream()
                .map("coalesce(sum(CAST(%s AS DECIMAL(38,4))), 0)"::formatted)
                .collect(Collectors.joining(" + "));
    return "SELECT '%s: ' || count(*) || ' rows; sum ' || (%s) AS said FROM %s"
        .formatted(mart, money, mart);
  }

  private static List<String> decimals(Connection duckdb, String mart) throws SQLException {
    int dot = mart.indexOf('.');
    return column(
        duckdb,
        "SELECT column_name FROM information_schema.columns WHERE table_schema = '%s' AND table_name = '%s' AND data_type LIKE 'DECIMAL%%' ORDER BY 1"
            .formatted(mart.substring(0, dot), mart.substring(dot + 1)));
  }

  private static List<String> column(Connection duckdb, String query) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Statement statement = duckdb.createStatement();
        ResultSet results = statement.executeQuery(query)) {
      while (results.next()) {
        values.add(results.getString(1));
      }
    }
    return values;
  }
}

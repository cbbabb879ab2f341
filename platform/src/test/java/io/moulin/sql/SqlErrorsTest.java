package io.moulin.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a query may not do, and what it says when it is wrong. */
final class SqlErrorsTest {
  private static Path folder;
  private static RealTables tables;
  private static SqlEngine engine;

  @BeforeAll
  static void open(@TempDir Path temporary) {
    folder = temporary;
    tables = new RealTables(folder);
    engine =
        new SqlEngine(tables.catalog(), new QueryLimits(64L << 20, 1, folder.resolve("spill")));
    Table table =
        tables.create(
            "silver.green", new Schema(NestedField.required(1, "id", Types.LongType.get())), "2");
    tables.append(table, "SELECT i AS id FROM range(3) t(i)");
  }

  @AfterAll
  static void close() throws IOException {
    tables.close();
  }

  private static MoulinException failure(String sql) {
    MoulinException failure =
        catchThrowableOfType(
            MoulinException.class, () -> engine.query(sql, AsOf.NOW, 10, new Rows()));
    assertThat(failure).as(sql).isNotNull();
    return failure;
  }

  private static List<String> rows(String sql) {
    Rows rows = new Rows();
    engine.query(sql, AsOf.NOW, 1000, rows);
    return rows.rows;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO silver.green VALUES (1)",
        "UPDATE silver.green SET id = 1",
        "DELETE FROM silver.green",
        "DROP TABLE silver.green",
        "CREATE TABLE x (a INT)",
        "CREATE VIEW x AS SELECT 1",
        "COPY (SELECT 1) TO '/tmp/moulin-test-copy.csv'",
        "EXPORT DATABASE '/tmp/moulin-test-export'",
        "ATTACH '/tmp/moulin-test.db'",
        "PRAGMA database_list",
        "SET memory_limit = '10GB'",
        "RESET memory_limit",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CALL pragma_version()",
        "BEGIN TRANSACTION",
        "EXPLAIN ANALYZE INSERT INTO silver.green VALUES (1)",
        "/* SELECT */ EXPLAIN (ANALYZE) COPY (SELECT 1) TO '/tmp/moulin-test-copy.csv'",
        "PREPARE p AS SELECT 1",
        "USE silver"
      })
  void whatDoesMoreThanReadIsRefused(String sql) {
    assertThat(failure(sql).code()).as(failure(sql).getMessage()).isEqualTo("read-only");
    assertThat(failure(sql).kind()).isEqualTo(MoulinException.Kind.USER);
    assertThat(rows("SELECT count(*) FROM silver.green")).containsExactly("3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM read_csv('FOLDER/secret.csv')",
        "SELECT * FROM read_text('FOLDER/secret.csv')",
        "SELECT * FROM read_blob('FOLDER/*')",
        "SELECT * FROM read_json('FOLDER/secret.csv')",
        "SELECT * FROM 'FOLDER/secret.csv'",
        "SELECT * FROM \"FOLDER/secret.csv\"",
        "SELECT * FROM glob('FOLDER/*')",
        "SELECT * FROM query('SELECT * FROM read_text(''FOLDER/secret.csv'')')",
        "SELECT * FROM parquet_metadata('FOLDER/other.parquet')",
        "SELECT (SELECT content FROM read_text('FOLDER/secret.csv')) FROM silver.green",
        "EXPLAIN ANALYZE SELECT * FROM read_text('FOLDER/secret.csv')",
        "DESCRIBE SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/proc/self/environ')",
        "SELECT * FROM read_parquet('https://example.com/x.parquet')"
      })
  void noFileIsReadThatIsNotATables(String sql) throws IOException {
    Files.writeString(folder.resolve("secret.csv"), "secret\n1\n");

    MoulinException failure = failure(sql.replace("FOLDER", folder.toString()));

    assertThat(failure.code()).as(failure.getMessage()).isEqualTo("query-access");
    assertThat(failure.fix()).contains("moulin load");
  }

  @Test
  void theProcessIsOutOfReach() {
    assertThatThrownBy(() -> rows("SELECT getenv('PATH')")).isInstanceOf(MoulinException.class);
    assertThatThrownBy(() -> rows("SELECT * FROM enable_logging('QueryLog', storage = 'file')"))
        .isInstanceOf(MoulinException.class);
    assertThat(rows("SELECT current_setting('lock_configuration')")).containsExactly("true");
    assertThat(rows("SELECT current_setting('enable_external_access')")).containsExactly("false");
  }

  @Test
  void commentsDoNotHideAStatement() {
    // For DuckDB comments nest, so that what follows the second end is the statement.
    String copy = "COPY (SELECT 1) TO '" + folder.resolve("copy.csv") + "'";
    for (String sql :
        List.of(
            "/* /* */ EXPLAIN */ " + copy + "; SELECT 1",
            "/* /* */ EXPLAIN SELECT 1 -- */ " + copy,
            "/* /* */ EXPLAIN SELECT 1 */ " + copy)) {
      try {
        assertThat(rows(sql)).as(sql).allMatch(row -> row.startsWith("physical_plan"));
      } catch (MoulinException e) {
        assertThat(e.kind()).as(sql).isEqualTo(MoulinException.Kind.USER);
      }
    }
    assertThat(folder.resolve("copy.csv")).doesNotExist();
  }

  @Test
  void severalStatementsAndNoneAreRefused() {
    assertThat(failure("SELECT 1; SELECT 2").code()).isEqualTo("several-statements");
    assertThat(failure("SELECT 1; DROP TABLE silver.green").code()).isEqualTo("read-only");
    assertThat(failure("-- nothing")).hasMessage("There is no statement in the query");
    assertThat(rows("SELECT ';' -- ;\n;")).containsExactly(";");
  }

  @Test
  void readingStatementsOfEveryKindWork() {
    assertThat(rows("FROM silver.green LIMIT 1")).containsExactly("0");
    assertThat(rows("TABLE silver.green")).hasSize(3);
    assertThat(rows("VALUES (1), (2)")).containsExactly("1", "2");
    assertThat(rows("DESCRIBE silver.green")).singleElement().asString().startsWith("id|BIGINT");
    assertThat(rows("SUMMARIZE silver.green")).singleElement().asString().startsWith("id|BIGINT|0");
    assertThat(rows("EXPLAIN SELECT * FROM silver.green"))
        .singleElement()
        .asString()
        .contains("PARQUET");
    assertThat(rows("SHOW TABLES")).containsExactly("silver.green");
    assertThat(rows("SHOW TABLES FROM silver")).containsExactly("green");
    assertThat(rows("SELECT table_name FROM information_schema.tables")).containsExactly("green");
    assertThat(rows("SELECT view_name FROM duckdb_views() WHERE schema_name = 'silver'"))
        .containsExactly("green");
    assertThat(rows("SELECT * FROM (PIVOT silver.green ON id IN (0, 1) USING count(*))"))
        .hasSize(1);
    assertThat(rows("SELECT ID FROM SILVER.Green WHERE id = 2")).containsExactly("2");
    assertThat(rows("WITH green AS (SELECT 5 AS x) SELECT x FROM green")).containsExactly("5");
    assertThat(rows("SELECT 1 UNION ALL SELECT max(id) FROM silver.green"))
        .containsExactly("1", "2");
  }

  @Test
  void anUnknownTableIsNamedWithASuggestionAndTheList() {
    MoulinException typo = failure("SELECT * FROM silver.gren");
    assertThat(typo).hasMessage("There is no table 'silver.gren'");
    assertThat(typo.fix()).isEqualTo("did you mean 'silver.green'? The tables are silver.green");
    assertThat(failure("SELECT * FROM green").fix()).contains("did you mean 'silver.green'?");
    assertThat(failure("SELECT * FROM gold.revenue").fix())
        .isEqualTo("The tables are silver.green");
    assertThatThrownBy(() -> engine.snapshots("silver.gren"))
        .hasMessage("There is no table 'silver.gren'");
  }

  @Test
  void mistakesInSqlComeWithTheirPlace() {
    assertThat(failure("SELECT id FRM silver.green"))
        .hasMessage(
            """
            Parser Error: syntax error at or near "silver"
            LINE 1: SELECT id FRM silver.green
                                  ^""");
    assertThat(failure("SELECT 'é',\n  id FRM silver.green"))
        .hasMessage(
            """
            Parser Error: syntax error at or near "silver"
            LINE 2:   id FRM silver.green
                             ^""");
    assertThat(failure("SELECT idd FROM silver.green"))
        .hasMessageContaining("Referenced column \"idd\" not found")
        .hasMessageContaining("LINE 1: SELECT idd FROM");
    assertThat(failure("SELECT CAST('x' || id AS INTEGER) FROM silver.green"))
        .hasMessage(
            """
            Conversion Error: Could not convert string 'x0' to INT32
            LINE 1: SELECT CAST('x' || id AS INTEGER) FROM silver.green
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^""");
  }

  @Test
  void aDeepQueryIsRefusedAndDoesNotHang() {
    String sql = "SELECT " + "(".repeat(20_000) + "1" + ")".repeat(20_000);
    assertThat(failure(sql).kind()).isEqualTo(MoulinException.Kind.USER);
  }

  @Test
  void aLostFileIsAnExternalFailure() throws IOException {
    Path data = folder.resolve("data-0.parquet");
    Path moved = folder.resolve("moved.parquet");
    Files.move(data, moved);
    try {
      MoulinException failure = failure("SELECT * FROM silver.green");
      assertThat(failure.kind()).isEqualTo(MoulinException.Kind.EXTERNAL);
      assertThat(failure.code()).isEqualTo("table-files");
    } finally {
      Files.move(moved, data);
    }
  }

  @Test
  void memoryIsBoundedAndSpilled() {
    assertThat(rows("SELECT count(DISTINCT i) FROM (SELECT unnest(range(2000000)) AS i)"))
        .containsExactly("2000000");
    MoulinException failure = failure("SELECT list(i) FROM range(20000000) t(i)");
    assertThat(failure.code()).as(failure.toString()).isEqualTo("query-too-large");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "yesterday", "2024-13-01", "2024-01-01T25:00:00", "99999999999999999999"})
  void aMomentThatIsNoneIsRefused(String text) {
    assertThatThrownBy(() -> AsOf.parse(text)).hasMessageContaining("'" + text + "'");
  }

  @Test
  void momentsAreReadInUtc() {
    AsOf noon = AsOf.parse("2024-01-31T12:00:00Z");
    assertThat(AsOf.parse("2024-01-31T12:00:00")).isEqualTo(noon);
    assertThat(AsOf.parse("2024-01-31 12:00")).isEqualTo(noon);
    assertThat(AsOf.parse("2024-01-31T14:00:00+02:00")).isEqualTo(noon);
    assertThat(AsOf.parse("6012345678901234567"))
        .isEqualTo(new AsOf.SnapshotId(6012345678901234567L));
  }
}

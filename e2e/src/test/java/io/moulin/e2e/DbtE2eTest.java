package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The real dbt, from the environment of Python that the property names ({@code make dbt}): what it
 * makes of an exported project is, row by row, what Moulin makes of it.
 */
@EnabledIfSystemProperty(named = "moulin.dbt", matches = ".+")
class DbtE2eTest {
  private static final Pattern CATALOG = Pattern.compile("http://127\\.0\\.0\\.1:\\d+");
  private static final long PATIENCE_MINUTES = 30;

  /** Of the demo and of each generator; more for measuring. */
  private static final String ROWS = System.getProperty("moulin.dbt.rows", "5000");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"payments", "events", "green", "taxi"})
  void dbtMakesTheSameMarts(String example) throws Exception {
    String only = System.getProperty("moulin.dbt.examples", "");
    assumeTrue(
        only.isEmpty() || List.of(only.split(",", -1)).contains(example),
        "not among -Dmoulin.dbt.examples");
    Path project = folder.resolve(example);
    Moulin moulin = new Moulin(project);
    fill(example, project, moulin);
    long began = System.nanoTime();
    JsonNode built = moulin.run("build", "--full-refresh", "--json").ok().json();
    double ours = secondsSince(began);
    List<String> marts =
        built.get("models").findValuesAsText("name").stream()
            .filter(name -> name.startsWith("gold."))
            .toList();
    assertThat(marts).as("marts of %s", example).isNotEmpty();
    moulin.run("export", "dbt", "--to", "dbt").ok();
    try {
      Matcher catalog = CATALOG.matcher(moulin.run("up", "--detach").ok().out());
      assertThat(catalog.find()).as("an address of the catalog").isTrue();
      began = System.nanoTime();
      dbt(project.resolve("dbt"), catalog.group());
      double theirs = secondsSince(began);
      int rows = 0;
      for (String mart : marts) {
        List<String> mine = ours(moulin, mart);
        assertThat(theirs(project.resolve("dbt").resolve(example + ".duckdb"), mart))
            .as("rows of %s as dbt makes them", mart)
            .containsExactlyElementsOf(mine);
        rows += mine.size();
      }
      System.out.printf(
          Locale.ROOT,
          "%s: %d marts, %,d rows, all equal; from start to end: moulin build %.1f s (%.1f s of it"
              + " building), dbt build %.1f s%n",
          example,
          marts.size(),
          rows,
          ours,
          built.get("seconds").asDouble(),
          theirs);
    } finally {
      moulin.run("down");
    }
  }

  private void fill(String example, Path project, Moulin moulin) throws Exception {
    Moulin above = new Moulin(folder);
    if (example.equals("taxi")) {
      above.run("demo", "--rows", ROWS, "--dir", project.toString()).ok();
      return;
    }
    above.run("init", example, "--example", example).ok();
    moulin.run("apply").ok();
    if (example.equals("green")) {
      String month = Moulin.shared("taxi/green_tripdata_2024-01.parquet").toString();
      moulin.run("load", "taxi.green", "--file", month).ok();
    } else {
      moulin.run("generate", "--rows", ROWS).ok();
    }
    moulin.run("run").ok();
  }

  private static void dbt(Path project, String catalog) throws IOException, InterruptedException {
    Path program = Path.of(System.getProperty("moulin.dbt")).resolve("dbt");
    assertThat(program).as("dbt, which 'make dbt' installs").isExecutable();
    Path log = project.resolve("build.log");
    ProcessBuilder builder =
        new ProcessBuilder(program.toString(), "build", "--profiles-dir", ".", "--no-use-colors")
            .directory(project.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("MOULIN_CATALOG", catalog);
    builder.environment().put("DO_NOT_TRACK", "1"); // else it waits for its maker's server
    Process process = builder.start();
    try {
      assertThat(process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)).as("dbt ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(log);
    assertThat(process.exitValue()).as("exit code of dbt build:\n%s", said).isZero();
    assertThat(said).contains("Completed").contains(" ERROR=0 ");
  }

  /** Each row as JSON, in the order of all columns: both engines are of the same kind. */
  private static String rows(String mart) {
    return "SELECT CAST(to_json(t) AS VARCHAR) AS r FROM %s AS t ORDER BY r".formatted(mart);
  }

  private static List<String> ours(Moulin moulin, String mart) throws Exception {
    return moulin
        .run("query", "--format", "csv", "--limit", "0", rows(mart))
        .ok()
        .out()
        .lines()
        .skip(1)
        .map(line -> line.substring(1, line.length() - 1).replace("\"\"", "\""))
        .toList();
  }

  private static List<String> theirs(Path database, String mart) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:" + database);
        Statement statement = duckdb.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      try (ResultSet results = statement.executeQuery(rows(mart))) {
        while (results.next()) {
          rows.add(results.getString(1));
        }
      }
    }
    return rows;
  }

  private static double secondsSince(long began) {
    return (System.nanoTime() - began) / 1e9;
  }
}

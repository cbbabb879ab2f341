package io.moulin.bench;

import io.moulin.bench.models.Dbt;
import io.moulin.bench.models.ModelRounds;
import io.moulin.bench.race.Repository;
import io.moulin.bench.result.ModelResults;
import io.moulin.bench.result.Section;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.flink.util.FileUtils;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures builds of the models of the taxi example, and dbt over the same tables. */
@Command(name = "models", description = "Builds of the models, and of dbt beside them, in turn.")
final class ModelsCommand implements Callable<Integer> {
  @Option(names = "--rows", description = "Lines of the demo.", defaultValue = "3000000")
  private long rows;

  @Option(names = "--rounds", description = "Turns of each kind.", defaultValue = "3")
  private int rounds;

  @Option(names = "--seed", description = "Of the taxi rows.", defaultValue = "42")
  private long seed;

  @Option(names = "--dbt", description = "Virtual environment of Python that has dbt.")
  private @Nullable Path environment;

  @Option(names = "--run", description = "What the results say was called.")
  private String run = "models";

  @Option(names = "--out", description = "File of the results.")
  private @Nullable Path out;

  @Option(names = "--report", description = "Document that gets the table between its markers.")
  private @Nullable Path report;

  @Override
  public Integer call() throws Exception {
    if (rows < 1 || rounds < 1) {
      throw MoulinException.user(
          "invalid-arguments",
          "--rows is %d and --rounds is %d".formatted(rows, rounds),
          "give numbers above 0");
    }
    Section section = report == null ? null : ModelResults.section(report);
    Dbt dbt = environment == null ? null : Dbt.of(environment);
    Repository repository = Repository.find();
    ModelResults.Origin origin = origin(repository, dbt);
    Path folder = Files.createTempDirectory("moulin-bench");
    try (ModelRounds models = ModelRounds.prepare(repository, folder, dbt, rows, seed)) {
      long silver = models.silverRows();
      for (int round = 1; round <= rounds; round++) {
        models.round();
      }
      models.watched();
      ModelResults results =
          new ModelResults(
              ModelResults.SCHEMA,
              run,
              origin,
              settings(),
              silver,
              ModelRounds.LATE_ROWS,
              ModelResults.figures(ModelRounds.kinds(), models.turns()),
              models.turns());
      Path file = out == null ? repository.root().resolve("bench/results/models.json") : out;
      results.write(file);
      if (section != null) {
        section.write(results.text());
      }
      System.out.println(results.text());
      System.out.println("Written to " + file);
      return 0;
    } finally {
      FileUtils.deleteDirectoryQuietly(folder.toFile());
    }
  }

  private static ModelResults.Origin origin(Repository repository, @Nullable Dbt dbt)
      throws IOException, InterruptedException, SQLException {
    Map<String, String> versions = new TreeMap<>();
    versions.put("Iceberg", Here.versions(repository).getOrDefault("Iceberg", "unknown"));
    // Its library is packed anew for the program, without its version in the name.
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:")) {
      versions.put(
          "DuckDB", duckdb.getMetaData().getDatabaseProductVersion().replaceFirst("^v", ""));
    }
    if (dbt != null) {
      versions.putAll(dbt.versions());
    }
    return new ModelResults.Origin(
        repository.commit(), LocalDate.now(ZoneOffset.UTC).toString(), Here.machine(), versions);
  }

  private Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("rows of the demo", "%,d".formatted(rows));
    settings.put("late rows", "%,d".formatted(ModelRounds.LATE_ROWS));
    settings.put("rounds", Integer.toString(rounds));
    settings.put("seed", Long.toString(seed));
    return settings;
  }
}

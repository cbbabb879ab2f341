package io.moulin.control;

import io.moulin.control.fixture.Literals;
import io.moulin.decode.AvroCheck;
import io.moulin.ingest.SqlCheck;
import io.moulin.ingest.SqlProbe;
import io.moulin.live.LiveCheck;
import io.moulin.load.generate.GeneratorCheck;
import io.moulin.manifest.ProjectReader;
import io.moulin.manifest.ProjectReading;
import io.moulin.model.Blueprint;
import io.moulin.model.ModelCheck;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Diagnostic;
import io.moulin.spec.Diagnostic.Severity;
import io.moulin.spec.project.ProjectSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a project and finds every mistake in it, those in its SQL too. */
public final class Checking {
  private final Map<String, String> environment;

  public Checking(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * What a check found.
   *
   * @param project the project when it has no error
   */
  public record Checked(Path folder, Optional<Project> project, List<Diagnostic> diagnostics) {
    public Checked {
      diagnostics = List.copyOf(diagnostics);
    }

    public long errors() {
      return diagnostics.stream().filter(d -> d.severity() == Severity.ERROR).count();
    }

    public long warnings() {
      return diagnostics.size() - errors();
    }
  }

  /**
   * Reads the project in {@code folder}. Every command begins with this, so what takes long is done
   * side by side: the SQL engine starts while the files are read, and models are checked beside the
   * rest.
   */
  public Checked check(Path folder, Optional<String> profile) {
    Meanwhile<SqlProbe> engine = Meanwhile.begin("engine", SqlProbe::open);
    try {
      return checked(folder, ProjectReader.read(folder, profile, environment), engine);
    } finally {
      // It logs before anybody else: two who are the first at once would make SLF4J complain.
      engine.end(SqlProbe::close);
    }
  }

  private static Checked checked(Path folder, ProjectReading reading, Meanwhile<SqlProbe> engine) {
    List<Diagnostic> diagnostics = new ArrayList<>(reading.diagnostics());
    @Nullable ProjectSpec spec = reading.project();
    Optional<Blueprint> blueprint = Optional.empty();
    if (spec != null) {
      Meanwhile<ModelCheck.Checked> models =
          Meanwhile.begin("models", () -> ModelCheck.check(spec.datasets(), reading.models()));
      diagnostics.addAll(sql(spec.datasets(), engine));
      spec.datasets().forEach(dataset -> diagnostics.addAll(AvroCheck.check(dataset)));
      reading.generators().forEach(each -> diagnostics.addAll(GeneratorCheck.of(each)));
      if (!reading.fixtures().isEmpty()) {
        diagnostics.addAll(Literals.of(reading.fixtures()).problems());
      }
      ModelCheck.Checked understood = models.get();
      diagnostics.addAll(understood.diagnostics());
      blueprint = understood.blueprint();
    }
    boolean wrong = diagnostics.stream().anyMatch(d -> d.severity() == Severity.ERROR);
    return new Checked(
        folder,
        spec == null || wrong || blueprint.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Project(
                    folder,
                    spec,
                    reading.fixtures(),
                    reading.generators(),
                    reading.models(),
                    blueprint.get())),
        diagnostics);
  }

  private static List<Diagnostic> sql(List<DatasetSpec> datasets, Meanwhile<SqlProbe> engine) {
    if (datasets.stream().noneMatch(Checking::hasSql)) {
      return List.of();
    }
    SqlProbe probe = engine.get();
    SqlCheck check = new SqlCheck(probe);
    LiveCheck live = new LiveCheck(probe);
    return datasets.stream()
        .flatMap(each -> Stream.concat(check.check(each).stream(), live.check(each).stream()))
        .toList();
  }

  private static boolean hasSql(DatasetSpec dataset) {
    return !dataset.rules().isEmpty()
        || !dataset.derived().isEmpty()
        || !dataset.live().isEmpty()
        || dataset.history() != null;
  }
}

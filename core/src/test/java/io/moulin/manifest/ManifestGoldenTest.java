package io.moulin.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Diagnostic;
import io.moulin.spec.fixture.CaseSpec;
import io.moulin.spec.fixture.FixtureSpec;
import io.moulin.spec.generate.GeneratorSpec;
import io.moulin.spec.live.LiveSpec;
import io.moulin.spec.live.LiveTable;
import io.moulin.spec.model.SeedSpec;
import io.moulin.spec.project.ProjectSpec;
import io.moulin.spec.project.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every folder of {@code cases/manifest}: a project and what reading it says. */
class ManifestGoldenTest {
  private static final Path CASES = Path.of("src/test/cases/manifest");
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "BOOTSTRAP",
          "broker.example:9092",
          "PASSWORD",
          "hunter2",
          "SUBTASKS",
          "4",
          "WORD",
          "many");

  static Stream<Path> cases() throws IOException {
    try (Stream<Path> cases = Files.list(CASES)) {
      return cases.filter(Files::isDirectory).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void readsAsExpected(Path folder) throws IOException {
    Path profile = folder.resolve("profile.txt");
    Optional<String> asked =
        Files.exists(profile) ? Optional.of(Files.readString(profile).strip()) : Optional.empty();
    ProjectReading reading = ProjectReader.read(folder, asked, ENVIRONMENT);
    String actual = text(reading);

    Path expected = folder.resolve("expected.txt");
    if ("rewrite".equals(System.getenv("MOULIN_GOLDEN"))) {
      Files.writeString(expected, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(expected)).doesNotContain("hunter2");
    assertThat(reading.project() == null)
        .isEqualTo(
            reading.diagnostics().stream()
                .anyMatch(d -> d.severity() == Diagnostic.Severity.ERROR));
  }

  private static String text(ProjectReading reading) {
    StringBuilder text = new StringBuilder();
    for (Diagnostic diagnostic : reading.diagnostics()) {
      text.append(diagnostic).append('\n');
    }
    reading.models().seeds().forEach(seed -> text.append(seed(seed)).append('\n'));
    reading.models().models().forEach(model -> text.append(model).append('\n'));
    reading.models().checks().forEach(check -> text.append(check).append('\n'));
    reading.models().tableChecks().forEach(checks -> text.append(checks).append('\n'));
    ProjectSpec project = reading.project();
    if (project != null) {
      text.append("project ").append(project.name()).append('\n');
      text.append("broker ").append(project.broker().kind()).append(' ');
      text.append(project.broker().bootstrap()).append(' ');
      text.append(new TreeMap<>(project.broker().properties())).append('\n');
      text.append("catalog ").append(project.catalog().kind()).append(' ');
      text.append(project.catalog().uri()).append(' ');
      text.append(new TreeMap<>(project.catalog().properties())).append('\n');
      text.append("storage ").append(project.storage()).append('\n');
      text.append("engine ").append(project.engine()).append('\n');
      for (Setting setting : project.settings()) {
        if (setting.source().equals("default") && !project.datasets().isEmpty()) {
          continue;
        }
        text.append(
            "setting %s = %s | %s | default %s\n"
                .formatted(setting.key(), setting.value(), setting.source(), setting.byDefault()));
      }
      project.datasets().forEach(dataset -> dataset(text, dataset));
      for (GeneratorSpec generator : reading.generators()) {
        text.append(generator.toString().replace(generator.dataset().toString(), "…")).append('\n');
      }
      reading.fixtures().forEach(fixture -> fixture(text, fixture));
    }
    return text.toString();
  }

  private static void dataset(StringBuilder text, DatasetSpec dataset) {
    text.append(
        "dataset %s table %s %s\n".formatted(dataset.name(), dataset.table(), dataset.at()));
    text.append("  doc ").append(dataset.doc()).append('\n');
    text.append("  ").append(dataset.source()).append('\n');
    text.append("  ").append(dataset.deadLetters()).append('\n');
    text.append("  ").append(dataset.time()).append('\n');
    lines(text, dataset.columns());
    text.append("  unknown fields ").append(dataset.unknownFields()).append('\n');
    text.append("  nulls ").append(dataset.nulls()).append('\n');
    lines(text, dataset.derived());
    lines(text, dataset.rules());
    text.append("  ").append(dataset.dedup()).append('\n');
    text.append("  ").append(dataset.key()).append('\n');
    text.append("  partition ").append(dataset.partition()).append('\n');
    lines(text, dataset.privacy());
    if (dataset.history() != null) {
      text.append("  ").append(dataset.history()).append('\n');
      dataset.historyTable().ifPresent(table -> lines(text, table.fields()));
    }
    for (LiveSpec live : dataset.live()) {
      text.append("  ").append(live).append('\n');
      lines(text, LiveTable.of(live, dataset).fields());
      text.append("    ").append(LiveTable.of(live, dataset).partition()).append('\n');
    }
  }

  private static void fixture(StringBuilder text, FixtureSpec fixture) {
    text.append("tests of %s %s\n".formatted(fixture.dataset().name(), fixture.at()));
    for (CaseSpec each : fixture.cases()) {
      text.append("  case %s %s\n".formatted(each.name(), each.at()));
      lines(text, each.given());
      text.append("  restart after ").append(each.restartAfter()).append('\n');
      each.expect()
          .tables()
          .forEach((layer, rows) -> text.append("  %s %s\n".formatted(layer, rows)));
      text.append(
          "  duplicates %d filtered %d late-dropped %d stops '%s'\n"
              .formatted(
                  each.expect().duplicates(),
                  each.expect().filtered(),
                  each.expect().lateDropped(),
                  each.expect().stops()));
    }
  }

  private static void lines(StringBuilder text, List<?> lines) {
    lines.forEach(line -> text.append("  ").append(line).append('\n'));
  }

  /** Without the path of its file, which differs between machines. */
  private static String seed(SeedSpec seed) {
    return "seed %s %s key %s nulls %s checks %s"
        .formatted(seed.fullName(), seed.columns(), seed.key(), seed.nulls(), seed.checks());
  }
}

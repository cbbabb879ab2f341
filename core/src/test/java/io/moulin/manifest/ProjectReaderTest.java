package io.moulin.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.spec.Diagnostic;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.project.ProjectSpec;
import io.moulin.spec.project.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectReaderTest {
  private static final Path ISSUE = Path.of("src/test/cases/manifest/ok-issue");
  private static final String NOISE = "{}[]:,-#&*!|>'\"%@`\t\n ?~$\\ax1_é\u0000\uFEFF😀";

  @TempDir private Path folder;

  @Test
  void asksForAProjectWhereThereIsNone() {
    ProjectReading reading = read(folder.resolve("nowhere"));
    assertThat(reading.project()).isNull();
    assertThat(reading.diagnostics())
        .extracting(Diagnostic::code)
        .containsExactly("missing-project");
  }

  @Test
  void takesTheProfileOfTheOptionBeforeTheVariableBeforeTheFile() throws IOException {
    project("name: shop\nprofile: a\n");
    for (String name : List.of("a", "b", "c")) {
      write("profiles/" + name + ".yml", "storage: {path: of-" + name + "}\n");
    }
    Map<String, String> variable = Map.of("MOULIN_PROFILE", "b");
    assertThat(setting(Optional.empty(), Map.of(), "profile").source())
        .isEqualTo("moulin.yml:2:10");
    assertThat(setting(Optional.empty(), variable, "profile"))
        .isEqualTo(new Setting("profile", "b", "environment MOULIN_PROFILE", "local"));
    assertThat(setting(Optional.of("c"), variable, "storage.path"))
        .isEqualTo(new Setting("storage.path", "of-c", "profiles/c.yml:1:17", ".moulin/warehouse"));
  }

  @Test
  void showsWhiteSpaceThatTheEyeWouldMiss() throws IOException {
    project("name: shop\nstorage: {path: \"a\\tb c\\u00a0 \\n\"}\n");
    assertThat(setting(Optional.empty(), Map.of(), "storage.path").value())
        .isEqualTo("a\\tb c\\u00A0␠\\n");
  }

  @Test
  void neverShowsASecretInADiagnostic() throws IOException {
    project(
        """
        name: shop
        engine: {parallelism: "${env:P}"}
        broker: {kind: kafka, bootstrap: "${env:P}"}
        """);
    ProjectReading reading = ProjectReader.read(folder, Optional.empty(), Map.of("P", "hunter2"));
    assertThat(reading.diagnostics()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(reading.diagnostics().toString()).doesNotContain("hunter2");
  }

  @Test
  void readsAWholeProjectInMilliseconds() throws IOException {
    project("name: shop\n");
    String trips = Files.readString(ISSUE.resolve("datasets/trips.yml"));
    write("schemas/trip.schema.json", "{}");
    for (int i = 0; i < 10; i++) {
      write("datasets/trips" + i + ".yml", trips.replace("taxi.", "taxi" + i + ".t" + i + "_"));
    }
    assertThat(read(folder).diagnostics()).isEmpty();
    long bound = 100_000_000L;
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 50 && best >= bound; i++) { // until a busy machine lets it be seen once
      long start = System.nanoTime();
      assertThat(read(folder).project()).isNotNull();
      best = Math.min(best, System.nanoTime() - start);
    }
    assertThat(best).as("nanoseconds for ten datasets").isLessThan(bound);
  }

  @Test
  void theBoundAheadIsTheAllowanceUnlessItIsDeclared() throws IOException {
    project("name: shop\n");
    Map<String, String> expected =
        Map.of(
            "", "null",
            ", lateness: {allow: 1h}", "PT1H",
            ", lateness: {allow: 0s, then: drop}", "PT1M",
            ", lateness: {allow: 1h}, ahead: 5s", "PT5S",
            ", ahead: 0s", "PT0S");
    expected.forEach(
        (more, ahead) -> {
          String time = "{column: at, watermark: 5m" + more + "}";
          assertThat(String.valueOf(time(time).ahead())).as(time).isEqualTo(ahead);
        });
  }

  private TimeSpec time(String time) {
    try {
      write(
          "datasets/a.yml",
          """
          dataset: a.b
          source: {topic: t}
          time: %s
          columns: [{name: at, type: timestamp}]
          """
              .formatted(time));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ProjectSpec project = requireNonNull(read(folder).project(), time);
    return requireNonNull(project.datasets().get(0).time());
  }

  @Test
  void survivesAliasesThatWouldExplode() throws IOException {
    project("name: shop\n");
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    write("datasets/bomb.yml", bomb.toString());
    assertThat(read(folder).project()).isNull();
  }

  /** Whatever a file holds, reading ends with diagnostics that point into it, or without any. */
  @Test
  void damagedFilesGiveDiagnosticsWithPlaces() throws IOException {
    long seed = Long.getLong("moulin.seed", System.nanoTime());
    System.out.println("ProjectReaderTest seed " + seed);
    Random random = new Random(seed);
    String good = Files.readString(ISSUE.resolve("datasets/trips.yml"));
    project("name: shop\n");
    write("schemas/trip.schema.json", "{}");
    int refused = 0;
    for (int i = 0; i < 600; i++) {
      String bad = new String(damage(good, random).getBytes(UTF_8), UTF_8);
      write("datasets/trips.yml", bad);
      ProjectReading reading = read(folder);
      assertThat(reading.project() == null)
          .isEqualTo(reading.diagnostics().stream().anyMatch(ProjectReaderTest::error));
      refused += reading.project() == null ? 1 : 0;
      for (Diagnostic diagnostic : reading.diagnostics()) {
        assertInside(diagnostic, bad, seed);
      }
    }
    assertThat(refused).as("refused with seed %d", seed).isBetween(200, 599);
  }

  private static void assertInside(Diagnostic diagnostic, String text, long seed) {
    assertThat(diagnostic.at().file()).isEqualTo("datasets/trips.yml");
    String[] lines = text.split("\\R", -1);
    int line = diagnostic.at().line();
    assertThat(line).as("seed %d: %s in%n%s", seed, diagnostic, text).isBetween(1, lines.length);
    assertThat(diagnostic.at().column())
        .as("seed %d: %s in%n%s", seed, diagnostic, text)
        .isBetween(1, lines[line - 1].length() + 1);
  }

  private static String damage(String good, Random random) {
    StringBuilder text = new StringBuilder(good);
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times && !text.isEmpty(); i++) {
      int at = random.nextInt(text.length());
      int noise =
          NOISE.offsetByCodePoints(0, random.nextInt(NOISE.codePointCount(0, NOISE.length())));
      String bit = Character.toString(NOISE.codePointAt(noise));
      switch (random.nextInt(5)) {
        case 0 -> text.setLength(at);
        case 1 -> text.deleteCharAt(at);
        case 2 -> text.insert(at, bit);
        case 3 -> text.replace(at, at + 1, bit);
        default -> {
          int end = Math.min(text.length(), at + random.nextInt(60));
          text.insert(random.nextInt(text.length()), text.substring(at, end));
        }
      }
    }
    return text.toString();
  }

  private static boolean error(Diagnostic diagnostic) {
    return diagnostic.severity() == Diagnostic.Severity.ERROR;
  }

  private Setting setting(Optional<String> profile, Map<String, String> environment, String key) {
    ProjectReading reading = ProjectReader.read(folder, profile, environment);
    assertThat(reading.project()).as("%s", reading.diagnostics()).isNotNull();
    return java.util.Objects.requireNonNull(reading.project()).settings().stream()
        .filter(setting -> setting.key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  private static ProjectReading read(Path folder) {
    return ProjectReader.read(folder, Optional.empty(), Map.of());
  }

  private void project(String text) throws IOException {
    write("moulin.yml", text);
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}

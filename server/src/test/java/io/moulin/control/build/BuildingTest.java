package io.moulin.control.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.control.Operations;
import io.moulin.control.Project;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.build.BuildSummary.Outcome;
import io.moulin.server.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a build leaves behind. */
class BuildingTest {
  @TempDir private Path folder;

  @Test
  void filesOfABuildThatBrokeAreRemovedByTheNext() throws Exception {
    file("moulin.yml", "name: shop\n");
    file("seeds/people.csv", "name\n1\n");
    file("seeds/people.yml", "columns:\n  - {name: name, type: string}\n");
    file(
        "models/marts/numbers.sql",
        "/*\ndescription: Names as numbers.\n*/\nSELECT CAST(name AS INTEGER) AS number FROM people\n");
    assertThat(outcomes()).containsOnly(Outcome.BUILT);
    Path marker = folder.resolve(".moulin/build/running");
    assertThat(marker).doesNotExist();

    file("seeds/people.csv", "name\nAda\n");
    assertThat(outcomes()).contains(Outcome.BROKEN);
    String build = Files.readString(marker);
    Path data;
    try (Stream<Path> files = Files.walk(folder.resolve(".moulin/warehouse/gold/numbers"))) {
      data = files.filter(path -> path.endsWith("data")).findFirst().orElseThrow();
    }
    Path left = Files.writeString(data.resolve(build + "-numbers-0.parquet"), "half a file");

    file("seeds/people.csv", "name\n2\n");
    assertThat(outcomes()).containsOnly(Outcome.BUILT);
    assertThat(left).doesNotExist();
    assertThat(marker).doesNotExist();
  }

  private List<Outcome> outcomes() {
    Operations operations = Main.operations(Map.of(), Clock.systemUTC());
    Project project = operations.checking().check(folder, Optional.empty()).project().orElseThrow();
    try (Session session = operations.sessions().open(project, Set.of(Need.CATALOG))) {
      return operations.building().build(session, Building.Wanted.ALL, made -> {}).models().stream()
          .map(BuildSummary.Made::outcome)
          .toList();
    }
  }

  private void file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}

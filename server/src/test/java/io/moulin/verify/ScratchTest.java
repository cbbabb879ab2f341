package io.moulin.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.control.Checking;
import io.moulin.control.Project;
import io.moulin.spec.project.BrokerSpec;
import io.moulin.spec.project.CatalogSpec;
import io.moulin.spec.project.EngineSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
  private static final int PORT = 12_345;

  @TempDir private Path folder;
  private Path project;
  private Path copy;

  @BeforeEach
  void project() throws Exception {
    project = folder.resolve("shop");
    copy = project.resolve(".moulin/verify/1");
    Files.createDirectories(project.resolve("datasets"));
    Files.createDirectories(project.resolve("profiles"));
    Files.createDirectories(project.resolve(".moulin/warehouse"));
    Files.writeString(project.resolve(".moulin/warehouse/precious"), "rows");
    Files.writeString(
        project.resolve("moulin.yml"),
        """
        name: shop
        broker: {kind: kafka, bootstrap: "broker:9092", properties: {security.protocol: SSL}}
        catalog: {kind: rest, uri: "http://catalog:8181"}
        engine: {commit-interval: 1m, parallelism: 3}
        """);
    Files.writeString(
        project.resolve("profiles/local.yml"), "engine: {batch-rows: 777, memory: 300MB}\n");
    Files.writeString(
        project.resolve("datasets/orders.yml"),
        """
        dataset: shop.orders
        freshness: 1m
        source: {topic: orders}
        columns: [{name: id, type: long}]
        """);
  }

  private Project read(Path where, Optional<String> profile) {
    return new Checking(Map.of()).check(where, profile).project().orElseThrow();
  }

  @Test
  void itRunsOnThingsOfItsOwnWithTheEngineOfTheProject() {
    Scratch.of(read(project, Optional.empty()), copy, PORT);
    Project within = read(copy, Optional.of(Scratch.WITHIN));
    assertThat(within.spec().broker())
        .isEqualTo(new BrokerSpec(BrokerSpec.Kind.EMBEDDED, "127.0.0.1:" + PORT, Map.of()));
    assertThat(within.spec().catalog().kind()).isEqualTo(CatalogSpec.Kind.EMBEDDED);
    assertThat(within.spec().catalog().uri()).isEmpty();
    EngineSpec engine = within.spec().engine();
    assertThat(engine.parallelism()).isEqualTo(3);
    assertThat(engine.batchRows()).as("from the profile in force").isEqualTo(777);
    assertThat(engine.memoryBytes()).isBetween(300_000_000L, 315_000_000L);
    assertThat(within.dataset("shop.orders").commitInterval(engine.commitInterval()))
        .isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void theBrokerCanBeAnotherProcess() {
    Scratch.of(read(project, Optional.empty()), copy, PORT);
    BrokerSpec broker = read(copy, Optional.of(Scratch.APART)).spec().broker();
    assertThat(broker.kind()).isEqualTo(BrokerSpec.Kind.KAFKA);
    assertThat(broker.bootstrap()).isEqualTo("127.0.0.1:" + PORT);
  }

  @Test
  void tablesOfTheProjectAreNeitherCopiedNorTouched() throws Exception {
    Scratch.of(read(project, Optional.empty()), copy, PORT);
    assertThat(copy.resolve(".moulin")).doesNotExist();
    Scratch.remove(copy);
    assertThat(copy).doesNotExist();
    assertThat(Files.readString(project.resolve(".moulin/warehouse/precious"))).isEqualTo("rows");
  }
}

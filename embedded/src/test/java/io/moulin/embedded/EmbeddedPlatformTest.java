package io.moulin.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.embedded.EmbeddedPlatform.Service;
import io.moulin.platform.JobRunner.JobRequest;
import io.moulin.spec.MoulinException;
import io.moulin.spec.TopicSpec;
import io.moulin.spec.project.BrokerSpec;
import io.moulin.spec.project.CatalogSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPlatformTest {

  @Test
  void startsOnlyWhatIsUsed(@TempDir Path folder) {
    try (EmbeddedPlatform platform = EmbeddedPlatform.open(folder, Projects.embedded())) {
      assertThat(platform.addresses()).isEmpty();
      assertThat(platform.tables().describe("silver.trips")).isEmpty();
      assertThat(platform.addresses()).containsOnlyKeys(Service.CATALOG);
      assertThat(folder.resolve(".moulin/kafka")).doesNotExist();
    }
  }

  @Test
  void runsTwoProjectsSideBySideAndKeepsThemApart(@TempDir Path one, @TempDir Path two) {
    EnumSet<Service> all = EnumSet.allOf(Service.class);
    try (EmbeddedPlatform first = EmbeddedPlatform.open(one, Projects.embedded());
        EmbeddedPlatform second = EmbeddedPlatform.open(two, Projects.embedded())) {
      first.begin(all);
      second.begin(all);
      TopicSpec topic = new TopicSpec("t", 2, Duration.ofDays(1));
      first.topics().create(topic);
      assertThat(first.topics().describe(List.of("t"))).containsEntry("t", topic);
      assertThat(second.topics().describe(List.of("t"))).isEmpty();
      assertThat(first.addresses().values())
          .doesNotContainAnyElementsOf(second.addresses().values());
    }
  }

  @Test
  void refusesASecondOneOnTheSameFolder(@TempDir Path folder) {
    try (EmbeddedPlatform first = EmbeddedPlatform.open(folder, Projects.embedded())) {
      assertThat(first.addresses()).isEmpty();
      assertThatThrownBy(() -> EmbeddedPlatform.open(folder, Projects.embedded()))
          .isInstanceOfSatisfying(
              MoulinException.class,
              e -> {
                assertThat(e.code()).isEqualTo("project-locked");
                assertThat(e)
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("started");
              });
    }
    EmbeddedPlatform.open(folder, Projects.embedded()).close(); // free again
  }

  @Test
  void closesTwice(@TempDir Path folder) {
    EmbeddedPlatform platform = EmbeddedPlatform.open(folder, Projects.embedded());
    assertThat(platform.tables().describe("silver.trips")).isEmpty();
    platform.close();
    platform.close();
    assertThatThrownBy(platform::topics).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void usesABrokerAndACatalogThatTheProjectNames(@TempDir Path one, @TempDir Path two) {
    try (EmbeddedPlatform owner = EmbeddedPlatform.open(one, Projects.embedded())) {
      owner.topics().create(new TopicSpec("shared", 1, Duration.ofDays(1)));
      String bootstrap =
          owner.topics().clientProperties().getOrDefault("bootstrap.servers", "none");
      String uri = owner.tables().catalogProperties().getOrDefault("uri", "none");
      try (EmbeddedPlatform guest =
          EmbeddedPlatform.open(
              two,
              Projects.with(
                  new BrokerSpec(BrokerSpec.Kind.KAFKA, bootstrap, Map.of()),
                  new CatalogSpec(CatalogSpec.Kind.REST, uri, "", Map.of())))) {
        assertThat(guest.topics().describe(List.of("shared"))).containsKey("shared");
        assertThat(guest.tables().describe("silver.trips")).isEmpty();
        assertThat(guest.addresses())
            .containsEntry(Service.BROKER, bootstrap)
            .containsEntry(Service.CATALOG, uri);
      }
      assertThat(two.resolve(".moulin/kafka")).doesNotExist();
      assertThat(two.resolve(".moulin/catalog")).doesNotExist();
    }
  }

  @Test
  void refusesAnEngineThatDoesNotRunHere(@TempDir Path folder) {
    try (EmbeddedPlatform platform = EmbeddedPlatform.open(folder, Projects.embedded())) {
      JobRequest request = new JobRequest(Datasets.trips(), Projects.FLINK, Map.of());
      assertThatThrownBy(() -> platform.jobs().start(request))
          .isInstanceOfSatisfying(
              MoulinException.class, e -> assertThat(e.code()).isEqualTo("engine-unsupported"));
    }
  }

  @Test
  void saysThatTheDiskCannotBeWritten(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve(".moulin"), "a file where the folder should be");
    assertThatThrownBy(() -> EmbeddedPlatform.open(folder, Projects.embedded()))
        .isInstanceOfSatisfying(
            MoulinException.class, e -> assertThat(e.code()).isEqualTo("disk-not-writable"));
  }

  @Test
  void saysThatThePortOfTheCatalogIsInUse(@TempDir Path one, @TempDir Path two) {
    try (EmbeddedPlatform owner = EmbeddedPlatform.open(one, Projects.embedded())) {
      String uri = owner.tables().catalogProperties().getOrDefault("uri", "none");
      try (EmbeddedPlatform second =
          EmbeddedPlatform.open(
              two,
              Projects.with(
                  new BrokerSpec(BrokerSpec.Kind.EMBEDDED, "", Map.of()),
                  new CatalogSpec(CatalogSpec.Kind.EMBEDDED, uri, "", Map.of())))) {
        assertThatThrownBy(second::tables)
            .isInstanceOfSatisfying(
                MoulinException.class, e -> assertThat(e.code()).isEqualTo("port-in-use"));
      }
    }
  }
}

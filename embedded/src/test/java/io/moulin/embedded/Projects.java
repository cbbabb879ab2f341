package io.moulin.embedded;

import io.moulin.spec.project.BrokerSpec;
import io.moulin.spec.project.CatalogSpec;
import io.moulin.spec.project.EngineSpec;
import io.moulin.spec.project.LineageSpec;
import io.moulin.spec.project.ProjectSpec;
import io.moulin.spec.project.Secret;
import io.moulin.spec.project.StorageSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Projects for tests. */
final class Projects {
  static final EngineSpec ENGINE = engine(EngineSpec.Kind.EMBEDDED);
  static final EngineSpec FLINK = engine(EngineSpec.Kind.FLINK);

  /** Restarts at once. */
  static final EngineSpec IMPATIENT =
      new EngineSpec(
          EngineSpec.Kind.EMBEDDED,
          EngineSpec.Mode.BATCH,
          2,
          Duration.ofSeconds(1),
          10_000,
          8L << 20,
          64L << 20,
          null,
          Duration.ofMillis(1));

  private Projects() {}

  private static EngineSpec engine(EngineSpec.Kind kind) {
    return new EngineSpec(
        kind, EngineSpec.Mode.BATCH, 2, Duration.ofSeconds(1), 10_000, 8L << 20, 64L << 20);
  }

  static ProjectSpec embedded() {
    return with(
        new BrokerSpec(BrokerSpec.Kind.EMBEDDED, "", Map.of()),
        new CatalogSpec(CatalogSpec.Kind.EMBEDDED, "", "", Map.of()));
  }

  static ProjectSpec with(BrokerSpec broker, CatalogSpec catalog) {
    return new ProjectSpec(
        "test",
        "local",
        broker,
        catalog,
        new StorageSpec(StorageSpec.Kind.LOCAL, "", "", "", Secret.NONE, Secret.NONE),
        ENGINE,
        LineageSpec.NONE,
        List.of(),
        List.of());
  }
}

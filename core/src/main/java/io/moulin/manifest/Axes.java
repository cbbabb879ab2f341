package io.moulin.manifest;

import io.moulin.manifest.block.Section;
import io.moulin.manifest.block.Section.Text;
import io.moulin.spec.project.BrokerSpec;
import io.moulin.spec.project.CatalogSpec;
import io.moulin.spec.project.EngineSpec;
import io.moulin.spec.project.LineageSpec;
import io.moulin.spec.project.ProjectSpec;
import io.moulin.spec.project.RegistrySpec;
import io.moulin.spec.project.Secret;
import io.moulin.spec.project.Setting;
import io.moulin.spec.project.StorageSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the typed axes of sections that have been checked. */
final class Axes {
  private Axes() {}

  /** The project without its datasets. */
  static ProjectSpec project(Section project, String profile, List<Setting> settings) {
    return new ProjectSpec(
        project.text("name"),
        profile,
        broker(project.partOrEmpty("broker")),
        catalog(project.partOrEmpty("catalog")),
        storage(project.partOrEmpty("storage")),
        engine(project.partOrEmpty("engine")),
        lineage(project.partOrEmpty("lineage")),
        List.of(),
        settings);
  }

  private static BrokerSpec broker(Section broker) {
    return new BrokerSpec(
        broker.option("kind", BrokerSpec.Kind.class), broker.text("bootstrap"), properties(broker));
  }

  private static CatalogSpec catalog(Section catalog) {
    return new CatalogSpec(
        catalog.option("kind", CatalogSpec.Kind.class),
        catalog.text("uri"),
        catalog.text("warehouse"),
        properties(catalog));
  }

  private static StorageSpec storage(Section storage) {
    return new StorageSpec(
        storage.option("kind", StorageSpec.Kind.class),
        storage.text("path"),
        storage.text("endpoint"),
        storage.text("region"),
        secret(storage, "access-key"),
        secret(storage, "secret-key"));
  }

  private static EngineSpec engine(Section engine) {
    return new EngineSpec(
        engine.option("kind", EngineSpec.Kind.class),
        engine.option("mode", EngineSpec.Mode.class),
        engine.count("parallelism"),
        engine.duration("commit-interval"),
        engine.count("batch-rows"),
        engine.size("batch-size"),
        engine.size("memory"),
        engine.has("restarts") ? (int) engine.number("restarts") : null,
        engine.duration("restart-delay"));
  }

  private static LineageSpec lineage(Section lineage) {
    return new LineageSpec(
        lineage.text("file"),
        lineage.text("url"),
        secret(lineage, "api-key"),
        lineage.text("namespace"));
  }

  /** The registry of a project; null when it has none. */
  static @Nullable RegistrySpec registry(Section project) {
    Section registry = project.partOrEmpty("registry");
    return registry.text("url").isEmpty()
        ? null
        : new RegistrySpec(
            registry.text("url"),
            registry.text("user"),
            secret(registry, "password"),
            registry.option("on-error", RegistrySpec.OnError.class));
  }

  private static Map<String, Secret> properties(Section axis) {
    Map<String, Secret> properties = new LinkedHashMap<>();
    for (Map.Entry<String, Text> pair : axis.pairs("properties").entrySet()) {
      Text value = pair.getValue();
      properties.put(
          pair.getKey(), new Secret(value.text(), SettingList.hidden(pair.getKey(), value)));
    }
    return properties;
  }

  private static Secret secret(Section axis, String name) {
    String text = axis.text(name);
    return text.isEmpty() ? Secret.NONE : new Secret(text, true);
  }
}

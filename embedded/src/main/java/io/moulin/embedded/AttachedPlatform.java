package io.moulin.embedded;

import io.moulin.embedded.catalog.RestCatalogServer;
import io.moulin.platform.IcebergTables;
import io.moulin.platform.JobRunner;
import io.moulin.platform.KafkaTopics;
import io.moulin.platform.Platform;
import io.moulin.platform.Tables;
import io.moulin.platform.Topics;
import io.moulin.spec.MoulinException;
import io.moulin.spec.project.BrokerSpec;
import io.moulin.spec.project.CatalogSpec;
import io.moulin.spec.project.ProjectSpec;
import java.nio.file.Path;
import java.util.Map;

/**
 * The platform of a project that another process owns: clients of what runs there. Nothing is
 * started here, and nothing of the project's folder is held.
 */
public final class AttachedPlatform implements Platform {
  private final long owner;
  private final Part<KafkaTopics> topics;
  private final Part<IcebergTables> tables;

  private AttachedPlatform(long owner, Part<KafkaTopics> topics, Part<IcebergTables> tables) {
    this.owner = owner;
    this.topics = topics;
    this.tables = tables;
  }

  /**
   * Attaches to what a process runs.
   *
   * @param owner id of the process
   * @param broker where its broker can be reached, {@code host:port}
   * @param catalog the URI of its catalog
   */
  public static AttachedPlatform to(
      Path folder, ProjectSpec project, long owner, String broker, String catalog) {
    ProjectPlaces places = new ProjectPlaces(folder.toAbsolutePath().normalize(), project);
    // What the project names itself is reached as the owner reaches it.
    boolean ownBroker = project.broker().kind() == BrokerSpec.Kind.EMBEDDED;
    boolean ownCatalog = project.catalog().kind() == CatalogSpec.Kind.EMBEDDED;
    return new AttachedPlatform(
        owner,
        new Part<>(
            () ->
                new KafkaTopics(
                    ownBroker ? Map.of("bootstrap.servers", broker) : places.brokerProperties()),
            KafkaTopics::close),
        new Part<>(
            () ->
                IcebergTables.open(
                    ownCatalog
                        ? RestCatalogServer.clientProperties(catalog)
                        : places.catalogProperties()),
            IcebergTables::close));
  }

  @Override
  public Topics topics() {
    return topics.get();
  }

  @Override
  public Tables tables() {
    return tables.get();
  }

  /** Jobs run in the process that owns the project; one that is started here is refused. */
  @Override
  public JobRunner jobs() {
    return request -> {
      throw MoulinException.external(
          "project-locked",
          "The project is in use by process %d, and jobs run in the process that owns it"
              .formatted(owner),
          "stop that process first (moulin down)");
    };
  }

  @Override
  public void close() {
    try {
      tables.stop();
    } finally {
      topics.stop();
    }
  }
}

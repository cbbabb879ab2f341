package io.moulin.embedded;

import io.moulin.embedded.EmbeddedJobs.Surroundings;
import io.moulin.embedded.catalog.RestCatalogServer;
import io.moulin.ingest.Connections;
import io.moulin.job.IngestJob;
import io.moulin.platform.IcebergTables;
import io.moulin.platform.JobRunner;
import io.moulin.platform.KafkaTopics;
import io.moulin.platform.Platform;
import io.moulin.platform.Tables;
import io.moulin.platform.Topics;
import io.moulin.spec.project.BrokerSpec;
import io.moulin.spec.project.CatalogSpec;
import io.moulin.spec.project.ProjectSpec;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.flink.util.FileUtils;

/**
 * Everything a project runs on, in this JVM, kept under the project's folder {@code .moulin}. A
 * part starts when it is first used; a broker or catalog that the project names is used instead.
 */
public final class EmbeddedPlatform implements Platform {

  /** What can be started ahead of its first use. */
  public enum Service {
    BROKER,
    CATALOG,
    ENGINE
  }

  private final ProjectPlaces places;
  private final ProjectLock lock;
  private final UnaryOperator<Map<String, String>> jobCatalog;
  private final Part<EmbeddedBroker> broker;
  private final Part<RestCatalogServer> server;
  private final Part<EmbeddedEngine> engine;
  private final Part<KafkaTopics> topics;
  private final Part<IcebergTables> tables;
  private final Part<EmbeddedJobs> jobs;

  private EmbeddedPlatform(
      ProjectPlaces places, ProjectLock lock, UnaryOperator<Map<String, String>> jobCatalog) {
    this.places = places;
    this.lock = lock;
    this.jobCatalog = jobCatalog;
    broker =
        new Part<>(
            () -> EmbeddedBroker.start(places.kafka(), places.brokerPort()), EmbeddedBroker::close);
    server =
        new Part<>(
            () ->
                RestCatalogServer.start(
                    places.database(),
                    places.warehouse(),
                    places.catalogPort(),
                    places.declaredCatalogProperties()),
            RestCatalogServer::close);
    int slots = places.project().engine().parallelism();
    engine =
        new Part<>(
            () -> EmbeddedEngine.start(places.work().resolve("engine"), slots),
            EmbeddedEngine::close);
    topics = new Part<>(() -> new KafkaTopics(clientProperties()), KafkaTopics::close);
    tables = new Part<>(this::openTables, IcebergTables::close);
    jobs =
        new Part<>(
            () ->
                new EmbeddedJobs(
                    engine::get,
                    IngestJob::graph,
                    new Surroundings(this::connections, () -> tables.get().catalog())),
            EmbeddedJobs::close);
  }

  /**
   * Opens the platform of a project; only one process at a time may.
   *
   * @param folder the project's
   */
  public static EmbeddedPlatform open(Path folder, ProjectSpec project) {
    return open(folder, project, UnaryOperator.identity());
  }

  /**
   * The same, with jobs that reach the catalog in another way than this process does.
   *
   * @param jobCatalog makes the properties of the jobs' catalog from those of the catalog
   */
  public static EmbeddedPlatform open(
      Path folder, ProjectSpec project, UnaryOperator<Map<String, String>> jobCatalog) {
    ProjectPlaces places = new ProjectPlaces(folder.toAbsolutePath().normalize(), project);
    ProjectLock lock = ProjectLock.take(places.lock());
    try {
      // Whatever is there belongs to processes that were killed: they had the lock before.
      FileUtils.deleteDirectoryQuietly(places.work().toFile());
      return new EmbeddedPlatform(places, lock, jobCatalog);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Begins to start {@code services} side by side; whoever uses one waits for it. */
  public void begin(Set<Service> services) {
    for (Service service : services) {
      switch (service) {
        case ENGINE -> engine.begin();
        case BROKER -> topics.begin();
        case CATALOG -> tables.begin();
      }
    }
  }

  private Map<String, String> clientProperties() {
    return places.project().broker().kind() == BrokerSpec.Kind.EMBEDDED
        ? Map.of("bootstrap.servers", broker.get().bootstrap())
        : places.brokerProperties();
  }

  private IcebergTables openTables() {
    if (places.project().catalog().kind() == CatalogSpec.Kind.EMBEDDED) {
      return IcebergTables.of(server.get().catalog(), server.get().catalogProperties());
    }
    return IcebergTables.open(places.catalogProperties());
  }

  private Connections connections() {
    return Connections.of(
            topics.get().clientProperties(),
            jobCatalog.apply(tables.get().catalogProperties()),
            places.work().resolve("ingest").toString())
        .withLocks(places.locks().toString());
  }

  @Override
  public Topics topics() {
    return topics.get();
  }

  @Override
  public Tables tables() {
    return tables.get();
  }

  @Override
  public JobRunner jobs() {
    return jobs.get();
  }

  /** Where what runs now can be reached. */
  public Map<Service, String> addresses() {
    Map<Service, String> addresses = new EnumMap<>(Service.class);
    if (topics.running()) {
      addresses.put(
          Service.BROKER, topics.get().clientProperties().getOrDefault("bootstrap.servers", ""));
    }
    if (tables.running()) {
      addresses.put(Service.CATALOG, tables.get().catalogProperties().getOrDefault("uri", ""));
    }
    return addresses;
  }

  /** The folder where new tables are kept, when they are kept on this machine. */
  public Path warehouse() {
    return places.warehouse();
  }

  @Override
  public void close() {
    // Those that use others before what they use; all of them, even if one fails.
    stop(
        jobs::stop,
        engine::stop,
        tables::stop,
        server::stop,
        topics::stop,
        broker::stop,
        lock::close);
  }

  private static void stop(Runnable... steps) {
    RuntimeException failure = null;
    for (Runnable step : steps) {
      try {
        step.run();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}

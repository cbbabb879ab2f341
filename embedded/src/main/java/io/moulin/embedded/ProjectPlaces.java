package io.moulin.embedded;

import io.moulin.embedded.catalog.LocalFileIO;
import io.moulin.spec.MoulinException;
import io.moulin.spec.project.BrokerSpec;
import io.moulin.spec.project.CatalogSpec;
import io.moulin.spec.project.ProjectSpec;
import io.moulin.spec.project.StorageSpec;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Where a project keeps things and reaches what it does not run itself.
 *
 * @param folder the project's, absolute
 */
record ProjectPlaces(Path folder, ProjectSpec project) {
  private static final String DATA = ".moulin";

  Path kafka() {
    return folder.resolve(DATA).resolve("kafka");
  }

  Path database() {
    return folder.resolve(DATA).resolve("catalog").resolve("catalog.db");
  }

  Path work() {
    return folder.resolve(DATA).resolve("work");
  }

  Path lock() {
    return folder.resolve(DATA).resolve("lock");
  }

  /** Locks of those who commit to tables: this process and others that attach to it. */
  Path locks() {
    return folder.resolve(DATA).resolve("locks");
  }

  /** The warehouse, which the embedded catalog has on the local disk. */
  Path warehouse() {
    if (!project.catalog().warehouse().isEmpty()) {
      return local(project.catalog().warehouse());
    }
    if (project.storage().kind() != StorageSpec.Kind.LOCAL) {
      throw MoulinException.user(
          "storage-unsupported",
          "The embedded catalog keeps its tables on the local disk, not on "
              + project.storage().kind(),
          "set 'storage: {kind: local}', or name a catalog with 'catalog: {kind: rest, uri: …}'");
    }
    return project.storage().path().isEmpty()
        ? folder.resolve(DATA).resolve("warehouse")
        : local(project.storage().path());
  }

  private Path local(String location) {
    return location.startsWith("file:") ? LocalFileIO.path(location) : folder.resolve(location);
  }

  /** Port that the project asks for; 0 for any that is free. */
  int brokerPort() {
    return port(project.broker().bootstrap(), "broker.bootstrap");
  }

  /** Port that the project asks for; 0 for any that is free. */
  int catalogPort() {
    String uri = project.catalog().uri();
    return port(uri.contains("//") ? URI.create(uri).getAuthority() : uri, "catalog.uri");
  }

  private static int port(String address, String setting) {
    if (address.isEmpty()) {
      return 0;
    }
    String digits = address.substring(address.lastIndexOf(':') + 1);
    int port = digits.matches("\\d{1,5}") ? Integer.parseInt(digits) : -1;
    if (port < 0 || port > 65_535) {
      throw MoulinException.user(
          "bad-port",
          "'%s' is '%s', which names no port".formatted(setting, address),
          "write it as 127.0.0.1:PORT, or leave it out for a free port");
    }
    return port;
  }

  /** What the project itself sets of its catalog. */
  Map<String, String> declaredCatalogProperties() {
    Map<String, String> properties = new HashMap<>();
    project.catalog().properties().forEach((key, value) -> properties.put(key, value.reveal()));
    return properties;
  }

  /** Client properties of the broker that the project names. */
  Map<String, String> brokerProperties() {
    BrokerSpec broker = project.broker();
    if (broker.bootstrap().isEmpty()) {
      throw MoulinException.user(
          "bootstrap-missing",
          "The broker is %s, but 'broker.bootstrap' is empty".formatted(broker.kind()),
          "set 'broker: {bootstrap: \"host:9092\"}', or 'kind: embedded'");
    }
    Map<String, String> properties = new HashMap<>();
    broker.properties().forEach((key, value) -> properties.put(key, value.reveal()));
    properties.put("bootstrap.servers", broker.bootstrap());
    return properties;
  }

  /** Iceberg's properties of the catalog that the project names. */
  Map<String, String> catalogProperties() {
    CatalogSpec catalog = project.catalog();
    Map<String, String> properties = new HashMap<>(storageProperties());
    properties.put("type", catalog.kind().name().toLowerCase(Locale.ROOT));
    if (!catalog.uri().isEmpty()) {
      properties.put("uri", catalog.uri());
    }
    String warehouse =
        catalog.warehouse().isEmpty() ? project.storage().path() : catalog.warehouse();
    if (!warehouse.isEmpty()) {
      properties.put("warehouse", warehouse);
    }
    properties.putAll(declaredCatalogProperties());
    return properties;
  }

  private Map<String, String> storageProperties() {
    StorageSpec storage = project.storage();
    return switch (storage.kind()) {
      case LOCAL -> Map.of("io-impl", LocalFileIO.class.getName());
      case S3, MINIO -> s3(storage);
      case GCS -> Map.of("io-impl", "org.apache.iceberg.gcp.gcs.GCSFileIO");
      case AZURE -> Map.of("io-impl", "org.apache.iceberg.azure.adlsv2.ADLSFileIO");
    };
  }

  private static Map<String, String> s3(StorageSpec storage) {
    Map<String, String> properties = new HashMap<>();
    properties.put("io-impl", "org.apache.iceberg.aws.s3.S3FileIO");
    Map.of(
            "s3.endpoint", storage.endpoint(),
            "client.region", storage.region(),
            "s3.access-key-id", storage.accessKey().reveal(),
            "s3.secret-access-key", storage.secretKey().reveal())
        .forEach(
            (key, value) -> {
              if (!value.isEmpty()) {
                properties.put(key, value);
              }
            });
    if (storage.kind() == StorageSpec.Kind.MINIO) {
      properties.put("s3.path-style-access", "true");
    }
    return properties;
  }
}

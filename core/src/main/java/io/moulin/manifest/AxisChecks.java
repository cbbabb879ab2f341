package io.moulin.manifest;

import io.moulin.manifest.block.Field;
import io.moulin.manifest.block.Names;
import io.moulin.manifest.block.Section;
import io.moulin.manifest.block.Section.Text;
import io.moulin.manifest.yaml.Problems;
import io.moulin.spec.project.BrokerSpec;
import io.moulin.spec.project.CatalogSpec;
import io.moulin.spec.project.EngineSpec;
import io.moulin.spec.project.StorageSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether the axes fit together and can run, before anything starts. */
final class AxisChecks {
  private static final long LEAST_MEMORY_BYTES = 256_000_000;

  /** Decoded rows, checked rows and the buffers of the files that are written. */
  private static final int MEMORY_OF_A_BATCH = 4;

  private final Section broker;
  private final Section catalog;
  private final Section storage;
  private final Section engine;
  private final Section registry;
  private final Section lineage;
  private final Problems problems;

  private AxisChecks(Section project, Problems problems) {
    this.broker = project.partOrEmpty("broker");
    this.catalog = project.partOrEmpty("catalog");
    this.storage = project.partOrEmpty("storage");
    this.engine = project.partOrEmpty("engine");
    this.registry = project.partOrEmpty("registry");
    this.lineage = project.partOrEmpty("lineage");
    this.problems = problems;
  }

  static void check(Section project, Problems problems) {
    Text name = project.given("name");
    if (name != null && !Names.project(name.text())) {
      problems.error(
          "invalid-name",
          name.at(),
          name.shown() + " cannot name a project",
          "the name becomes part of file names and job names",
          "write letters, digits, '-', '_' and '.', beginning with a letter");
    }
    AxisChecks checks = new AxisChecks(project, problems);
    checks.broker();
    checks.catalog();
    checks.storage();
    checks.engine();
    checks.registry();
    checks.lineage();
    for (Section axis :
        List.of(checks.broker, checks.catalog, checks.storage, checks.registry, checks.lineage)) {
      checks.plainSecrets(axis);
    }
  }

  private void lineage() {
    address(lineage.given("url"), "a server of OpenLineage", "events are sent below it");
    Text file = lineage.given("file");
    if (file != null && !file.text().isEmpty() && !lineage.text("url").isEmpty()) {
      problems.error(
          "incompatible-settings",
          file.at(),
          "Events of lineage go to a file or to a server, not to both",
          "",
          "remove lineage.file or lineage.url");
    }
  }

  /** That of something that is reached by HTTP. */
  private void address(@Nullable Text url, String of, String why) {
    if (url != null
        && !url.text().isEmpty()
        && !url.text().matches("https?://[^\\s/?#@]+[^\\s?#]*")) {
      problems.error(
          "invalid-address",
          url.at(),
          url.shown() + " is not the address of " + of,
          why,
          "write url: http://host:port, with a path when it has one; user and password apart");
    }
  }

  private void registry() {
    address(registry.given("url"), "a registry", "schemas are asked for below it");
    for (String name : List.of("user", "password", "on-error")) {
      Text given = registry.given(name);
      if (given != null && registry.text("url").isEmpty()) {
        problems.error(
            "useless-field",
            given.at(),
            "Field 'registry." + name + "' says something of a registry without an address",
            "",
            "add registry.url, or remove the field");
      }
    }
  }

  private void broker() {
    BrokerSpec.Kind kind = broker.option("kind", BrokerSpec.Kind.class);
    Text bootstrap = broker.given("bootstrap");
    if (kind == BrokerSpec.Kind.EMBEDDED) {
      loopback(bootstrap, "", "broker.bootstrap");
      return;
    }
    if (bootstrap == null || bootstrap.text().isEmpty()) {
      need(broker, "broker", "bootstrap", "localhost:9092");
      return;
    }
    for (String address : bootstrap.text().split(",", -1)) {
      if (!Names.hostAndPort(address)) {
        problems.error(
            "invalid-address",
            bootstrap.at(),
            new Text(address, bootstrap.at(), bootstrap.origin()).shown() + " is not host:port",
            "",
            "write bootstrap: host:port, several with commas and without spaces");
      }
    }
  }

  private void catalog() {
    CatalogSpec.Kind kind = catalog.option("kind", CatalogSpec.Kind.class);
    StorageSpec.Kind store = storage.option("kind", StorageSpec.Kind.class);
    switch (kind) {
      case EMBEDDED -> {
        loopback(catalog.given("uri"), "http://", "catalog.uri");
        if (store != StorageSpec.Kind.LOCAL) {
          problems.error(
              "incompatible-axes",
              catalog.has("kind") ? catalog.at("kind") : storage.at("kind"),
              "The embedded catalog serves local storage only, not '" + Field.word(store) + "'",
              "tables in a shared store need a catalog that others reach as well",
              "set catalog.kind to rest with a uri, or storage.kind to local");
        }
      }
      case REST -> catalogUri("http://localhost:8181", List.of("http://", "https://"));
      case JDBC -> catalogUri("jdbc:postgresql://localhost/catalog", List.of("jdbc:"));
      case HADOOP, HIVE -> unavailable(catalog, "catalog", "embedded, rest and jdbc catalogs");
    }
  }

  /** An address of what is embedded only chooses its port. */
  private void loopback(@Nullable Text address, String scheme, String setting) {
    if (address == null || address.text().isEmpty()) {
      return;
    }
    String own = "\\Q" + scheme + "\\E(127\\.0\\.0\\.1|localhost):\\d{1,5}/?";
    if (!address.text().matches(own)) {
      problems.error(
          "invalid-address",
          address.at(),
          "What is embedded listens on " + scheme + "127.0.0.1:PORT, not on " + address.shown(),
          "it asks for no password, so it must not be reached from elsewhere",
          "write " + setting + ": " + scheme + "127.0.0.1:PORT, or leave it out for a free port");
    }
  }

  private void catalogUri(String example, List<String> schemes) {
    Text uri = catalog.given("uri");
    if (uri == null || uri.text().isEmpty()) {
      need(catalog, "catalog", "uri", example);
    } else if (schemes.stream().noneMatch(uri.text()::startsWith)) {
      problems.error(
          "invalid-address",
          uri.at(),
          "The uri of a catalog of kind '"
              + catalog.text("kind")
              + "' begins with "
              + String.join(" or ", schemes),
          "",
          "write uri: " + example);
    }
  }

  private void storage() {
    StorageSpec.Kind kind = storage.option("kind", StorageSpec.Kind.class);
    Text endpoint = storage.given("endpoint");
    if (kind == StorageSpec.Kind.LOCAL) {
      for (String name : List.of("endpoint", "region", "access-key", "secret-key")) {
        useless(storage, "storage", name);
      }
      Text path = storage.given("path");
      if (path != null && path.text().contains("://")) {
        problems.error(
            "incompatible-axes",
            path.at(),
            "The path of local storage is a URI: " + path.shown(),
            "",
            "write a folder, or set storage.kind to the store that is meant");
      }
      return;
    }
    if (kind == StorageSpec.Kind.MINIO) {
      need(storage, "storage", "endpoint", "http://localhost:9000");
      need(storage, "storage", "access-key", "${env:ACCESS_KEY}");
      need(storage, "storage", "secret-key", "${env:SECRET_KEY}");
    }
    if (kind == StorageSpec.Kind.S3 && endpoint != null && minioLike(endpoint.text())) {
      problems.error(
          "incompatible-axes",
          endpoint.at(),
          "Storage of kind 's3' has the endpoint of another store: " + endpoint.shown(),
          "S3 itself is addressed by bucket and region; other stores need path-style addresses",
          "set storage.kind to minio, or remove the endpoint");
    }
    unavailable(storage, "storage", "local storage");
  }

  private static boolean minioLike(String endpoint) {
    String lower = endpoint.toLowerCase(Locale.ROOT);
    return !lower.isEmpty() && !lower.contains("amazonaws.com");
  }

  private void engine() {
    if (engine.option("kind", EngineSpec.Kind.class) != EngineSpec.Kind.EMBEDDED) {
      unavailable(engine, "engine", "the embedded engine");
    }
    long memory = engine.size("memory");
    long batch = engine.size("batch-size");
    if (engine.broken("memory") || engine.broken("batch-size")) {
      return;
    }
    if (memory < LEAST_MEMORY_BYTES) {
      problems.error(
          "incompatible-settings",
          engine.at("memory"),
          "engine.memory is " + engine.text("memory") + ", the least is 256MB",
          "one record may be 64 MB, and writing it needs several times its size",
          "give it 256MB or more");
    } else if (batch > memory / MEMORY_OF_A_BATCH) {
      problems.error(
          "incompatible-settings",
          engine.at("batch-size"),
          "A batch of "
              + engine.text("batch-size")
              + " needs more than engine.memory, "
              + engine.text("memory"),
          "a batch takes up to four times its size while its tables are written",
          "make batch-size smaller or memory larger");
    }
  }

  private void need(Section axis, String name, String field, String example) {
    if (!axis.text(field).isEmpty() || axis.broken(field)) {
      return;
    }
    problems.error(
        "missing-setting",
        axis.at("kind"),
        "A " + name + " of kind '" + axis.text("kind") + "' needs " + name + "." + field,
        "",
        "add " + field + ": " + example);
  }

  private void useless(Section axis, String name, String field) {
    Text given = axis.given(field);
    if (given != null && !given.text().isEmpty()) {
      problems.error(
          "incompatible-settings",
          given.at(),
          "A " + name + " of kind '" + axis.text("kind") + "' takes no " + field,
          "it would be ignored",
          "remove it, or set " + name + ".kind to what is meant");
    }
  }

  private void unavailable(Section axis, String name, String available) {
    problems.error(
        "not-available",
        axis.at("kind"),
        name
            + " kind '"
            + axis.text("kind")
            + "' is declared but this version runs on "
            + available
            + " only",
        "it is refused here rather than after something has started",
        "set " + name + ".kind to " + axis.block().field("kind").byDefault());
  }

  private void plainSecrets(Section axis) {
    for (Field field : axis.block().fields()) {
      Text given = axis.given(field.name());
      if (given != null && field.need() == Field.Need.SECRET) {
        plainSecret(field.name(), given);
      } else if (given != null && SettingList.holdsPassword(given.text())) {
        problems.error(
            "secret-in-text",
            given.at(),
            "Field '" + field.name() + "' holds a password",
            "only properties are kept out of logs and messages",
            "put it into properties, as ${env:NAME} or ${file:PATH}");
      }
    }
    if (axis.block().has("properties")) {
      for (Map.Entry<String, Text> pair : axis.pairs("properties").entrySet()) {
        if (SettingList.secretName(pair.getKey())) {
          plainSecret(pair.getKey(), pair.getValue());
        }
      }
    }
  }

  private void plainSecret(String name, Text value) {
    if (value.origin().isEmpty() && !value.text().isEmpty()) {
      problems.warning(
          "plain-secret",
          value.at(),
          "The secret '" + name + "' is written in the file",
          "files are copied and committed",
          "write ${env:NAME} or ${file:PATH}");
    }
  }
}

package io.moulin.embedded.catalog;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.catalog.CatalogTests;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.RESTCatalog;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Iceberg's own tests of what a catalog has to do, those of its REST compatibility kit, against
 * ours over the REST protocol. No case is left out but by the abilities declared at the end.
 */
@NullUnmarked
class RestCompatibilityTest extends CatalogTests<RESTCatalog> {
  /** What the tests of defaults and overrides expect the catalog to be configured with. */
  private static final Map<String, String> CONFIGURED =
      Map.of(
          "table-default.default-key1", "catalog-default-key1",
          "table-default.default-key2", "catalog-default-key2",
          "table-default.override-key3", "catalog-default-key3",
          "table-override.override-key3", "catalog-override-key3",
          "table-override.override-key4", "catalog-override-key4");

  private RestCatalogServer server;
  private RESTCatalog catalog;

  @BeforeEach
  void start(@TempDir Path folder) {
    server =
        RestCatalogServer.start(
            folder.resolve("catalog.db"), folder.resolve("warehouse"), 0, CONFIGURED);
    catalog = initCatalog("test", Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    catalog.close();
    server.close();
  }

  @Override
  protected RESTCatalog catalog() {
    return catalog;
  }

  @Override
  protected RESTCatalog initCatalog(String name, Map<String, String> additional) {
    Map<String, String> properties = new HashMap<>(server.catalogProperties());
    properties.put("rest.client.max-retries", "1"); // a failure of ours is not to be waited out
    properties.putAll(additional);
    RESTCatalog made = new RESTCatalog();
    made.initialize(name, properties);
    return made;
  }

  /** What is not supported is refused, not turned into something else. */
  @Test
  void refusesANamespaceWithADot() {
    assertThatThrownBy(() -> catalog.createNamespace(Namespace.of("new.db")))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("new.db");
  }

  @Override
  protected boolean requiresNamespaceCreate() {
    return true;
  }

  @Override
  protected boolean supportsServerSideRetry() {
    return true;
  }

  @Override
  protected boolean supportsNestedNamespaces() {
    return true;
  }

  /** The JDBC catalog keeps the levels of a namespace joined by dots. */
  @Override
  protected boolean supportsNamesWithDot() {
    return false;
  }

  /** The JDBC catalog has no tables outside of namespaces. */
  @Override
  protected boolean supportsEmptyNamespace() {
    return false;
  }
}

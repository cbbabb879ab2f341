package io.moulin.embedded.catalog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.Endpoint;
import org.apache.iceberg.rest.RESTCatalogProperties.SnapshotMode;
import org.apache.iceberg.rest.RESTResponse;
import org.apache.iceberg.rest.RESTUtil;
import org.apache.iceberg.rest.requests.CommitTransactionRequest;
import org.apache.iceberg.rest.requests.CreateNamespaceRequest;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.CreateViewRequest;
import org.apache.iceberg.rest.requests.RegisterTableRequest;
import org.apache.iceberg.rest.requests.RegisterViewRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.requests.ReportMetricsRequest;
import org.apache.iceberg.rest.requests.UpdateNamespacePropertiesRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ConfigResponse;
import org.jspecify.annotations.Nullable;

/** What the REST catalog answers: each endpoint of the specification and its handler. */
final class CatalogRoutes {
  private static final List<String> FOR_CLIENTS =
      List.of(
          CatalogProperties.TABLE_DEFAULT_PREFIX,
          CatalogProperties.TABLE_OVERRIDE_PREFIX,
          CatalogProperties.VIEW_DEFAULT_PREFIX,
          CatalogProperties.VIEW_OVERRIDE_PREFIX);

  private final LocalCatalog catalog;
  private final List<Route> routes;

  /**
   * @param properties of the catalog; clients hear of those that concern what they make
   */
  CatalogRoutes(LocalCatalog catalog, Map<String, String> properties) {
    this.catalog = catalog;
    List<Route> all = new ArrayList<>();
    all.addAll(namespaces());
    all.addAll(tables());
    all.addAll(views());
    ConfigResponse config = config(all, properties);
    all.add(new Route(Endpoint.create("GET", "/v1/config"), call -> config));
    this.routes = List.copyOf(all);
  }

  private static ConfigResponse config(List<Route> routes, Map<String, String> properties) {
    ConfigResponse.Builder config =
        ConfigResponse.builder().withEndpoints(routes.stream().map(Route::endpoint).toList());
    properties.forEach(
        (key, value) -> {
          if (FOR_CLIENTS.stream().anyMatch(key::startsWith)) {
            config.withDefault(key, value);
          }
        });
    return config.build();
  }

  private List<Route> namespaces() {
    return List.of(
        new Route(Endpoint.V1_LIST_NAMESPACES, this::listNamespaces),
        new Route(
            Endpoint.V1_CREATE_NAMESPACE,
            call ->
                CatalogHandlers.createNamespace(catalog, call.body(CreateNamespaceRequest.class))),
        new Route(
            Endpoint.V1_LOAD_NAMESPACE,
            call -> CatalogHandlers.loadNamespace(catalog, call.namespace())),
        new Route(
            Endpoint.V1_NAMESPACE_EXISTS,
            silent(call -> CatalogHandlers.namespaceExists(catalog, call.namespace()))),
        new Route(
            Endpoint.V1_DELETE_NAMESPACE,
            silent(call -> CatalogHandlers.dropNamespace(catalog, call.namespace()))),
        new Route(
            Endpoint.V1_UPDATE_NAMESPACE,
            call ->
                CatalogHandlers.updateNamespaceProperties(
                    catalog, call.namespace(), call.body(UpdateNamespacePropertiesRequest.class))));
  }

  private List<Route> tables() {
    return List.of(
        new Route(Endpoint.V1_LIST_TABLES, this::listTables),
        new Route(Endpoint.V1_CREATE_TABLE, this::createTable),
        new Route(Endpoint.V1_LOAD_TABLE, this::loadTable),
        new Route(
            Endpoint.V1_TABLE_EXISTS,
            silent(call -> CatalogHandlers.tableExists(catalog, call.table()))),
        new Route(
            Endpoint.V1_UPDATE_TABLE,
            call ->
                CatalogHandlers.updateTable(
                    catalog, call.table(), call.body(UpdateTableRequest.class))),
        new Route(Endpoint.V1_DELETE_TABLE, silent(this::dropTable)),
        new Route(
            Endpoint.V1_RENAME_TABLE,
            silent(
                call -> CatalogHandlers.renameTable(catalog, call.body(RenameTableRequest.class)))),
        new Route(
            Endpoint.V1_REGISTER_TABLE,
            call ->
                CatalogHandlers.registerTable(
                    catalog, call.namespace(), call.body(RegisterTableRequest.class))),
        new Route(
            Endpoint.V1_COMMIT_TRANSACTION,
            silent(
                call -> catalog.commit(call.body(CommitTransactionRequest.class).tableChanges()))),
        new Route(
            Endpoint.V1_REPORT_METRICS, silent(call -> call.body(ReportMetricsRequest.class))));
  }

  private List<Route> views() {
    return List.of(
        new Route(Endpoint.V1_LIST_VIEWS, this::listViews),
        new Route(
            Endpoint.V1_CREATE_VIEW,
            call ->
                CatalogHandlers.createView(
                    catalog, call.namespace(), call.body(CreateViewRequest.class))),
        new Route(Endpoint.V1_LOAD_VIEW, call -> CatalogHandlers.loadView(catalog, call.view())),
        new Route(
            Endpoint.V1_VIEW_EXISTS,
            silent(call -> CatalogHandlers.viewExists(catalog, call.view()))),
        new Route(
            Endpoint.V1_UPDATE_VIEW,
            call ->
                CatalogHandlers.updateView(
                    catalog, call.view(), call.body(UpdateTableRequest.class))),
        new Route(
            Endpoint.V1_DELETE_VIEW,
            silent(call -> CatalogHandlers.dropView(catalog, call.view()))),
        new Route(
            Endpoint.V1_RENAME_VIEW,
            silent(
                call -> CatalogHandlers.renameView(catalog, call.body(RenameTableRequest.class)))),
        new Route(
            Endpoint.V1_REGISTER_VIEW,
            call ->
                CatalogHandlers.registerView(
                    catalog, call.namespace(), call.body(RegisterViewRequest.class))));
  }

  private RESTResponse listNamespaces(RestCall call) {
    Namespace parent =
        call.parameter("parent").map(RESTUtil::namespaceFromQueryParam).orElse(Namespace.empty());
    Optional<String> size = call.parameter("pageSize");
    return size.isPresent()
        ? CatalogHandlers.listNamespaces(catalog, parent, pageToken(call), size.get())
        : CatalogHandlers.listNamespaces(catalog, parent);
  }

  private RESTResponse listTables(RestCall call) {
    Optional<String> size = call.parameter("pageSize");
    return size.isPresent()
        ? CatalogHandlers.listTables(catalog, call.namespace(), pageToken(call), size.get())
        : CatalogHandlers.listTables(catalog, call.namespace());
  }

  private RESTResponse listViews(RestCall call) {
    Optional<String> size = call.parameter("pageSize");
    return size.isPresent()
        ? CatalogHandlers.listViews(catalog, call.namespace(), pageToken(call), size.get())
        : CatalogHandlers.listViews(catalog, call.namespace());
  }

  private static String pageToken(RestCall call) {
    return call.parameter("pageToken").orElse("");
  }

  private RESTResponse createTable(RestCall call) throws IOException {
    CreateTableRequest request = call.body(CreateTableRequest.class);
    CatalogHandlers.namespaceExists(catalog, call.namespace());
    return request.stageCreate()
        ? CatalogHandlers.stageTableCreate(catalog, call.namespace(), request)
        : CatalogHandlers.createTable(catalog, call.namespace(), request);
  }

  private RESTResponse loadTable(RestCall call) {
    SnapshotMode mode =
        call.parameter("snapshots")
            .map(value -> SnapshotMode.valueOf(value.toUpperCase(Locale.ROOT)))
            .orElse(SnapshotMode.ALL);
    return CatalogHandlers.loadTable(catalog, call.table(), mode);
  }

  private void dropTable(RestCall call) {
    if (call.parameter("purgeRequested").map(Boolean::parseBoolean).orElse(false)) {
      CatalogHandlers.purgeTable(catalog, call.table());
    } else {
      CatalogHandlers.dropTable(catalog, call.table());
    }
  }

  /** The route of a request, if there is one. */
  Optional<Match> match(String method, String path) {
    List<String> segments = List.of(path.split("/", -1));
    for (Route route : routes) {
      Map<String, String> variables = variables(route.segments(), segments);
      if (variables != null && route.endpoint().httpMethod().equals(method)) {
        return Optional.of(new Match(route.handler(), variables));
      }
    }
    return Optional.empty();
  }

  private static @Nullable Map<String, String> variables(List<String> template, List<String> path) {
    if (template.size() != path.size()) {
      return null;
    }
    Map<String, String> variables = new HashMap<>();
    for (int i = 0; i < path.size(); i++) {
      if (template.get(i).startsWith("{")) {
        variables.put(template.get(i).substring(1, template.get(i).length() - 1), path.get(i));
      } else if (!template.get(i).equals(path.get(i))) {
        return null;
      }
    }
    return variables;
  }

  private static Handler silent(SilentHandler handler) {
    return call -> {
      handler.handle(call);
      return null;
    };
  }

  /** Answers a request; null for an answer without a body. */
  @FunctionalInterface
  interface Handler {
    @Nullable RESTResponse handle(RestCall call) throws IOException;
  }

  @FunctionalInterface
  private interface SilentHandler {
    void handle(RestCall call) throws IOException;
  }

  /** The handler of a request, and what its path says. */
  record Match(Handler handler, Map<String, String> variables) {}

  private record Route(Endpoint endpoint, Handler handler, List<String> segments) {
    Route(Endpoint endpoint, Handler handler) {
      // One catalog is served, so that paths have no prefix.
      this(endpoint, handler, List.of(endpoint.path().replace("/{prefix}", "").split("/", -1)));
    }
  }
}

package io.moulin.embedded.catalog;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.CatalogProperties;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.rest.RESTCatalogProperties;
import org.apache.iceberg.rest.RESTResponse;
import org.apache.iceberg.rest.RESTUtil;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the Iceberg REST protocol on loopback, so that any engine of this machine can attach. The
 * tables are kept in a SQLite file and a local folder.
 */
public final class RestCatalogServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RestCatalogServer.class);
  private static final int THREADS = 8;
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  static {
    // Read once by the JDK's server: without it every answer waits 40 ms for Nagle's algorithm.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    // A client reuses idle connections; one that we closed first fails a commit.
    System.setProperty("sun.net.httpserver.idleInterval", "600");
  }

  private final HttpServer http;
  private final ExecutorService threads;
  private final LocalCatalog catalog;
  private final CatalogRoutes routes;

  private RestCatalogServer(
      HttpServer http,
      ExecutorService threads,
      LocalCatalog catalog,
      Map<String, String> properties) {
    this.http = http;
    this.threads = threads;
    this.catalog = catalog;
    this.routes = new CatalogRoutes(catalog, properties);
  }

  /**
   * Starts serving the catalog kept in the file {@code database}.
   *
   * @param warehouse folder of new tables
   * @param port 0 for any that is free
   * @param properties more of Iceberg's catalog properties, for its clients too, for example {@code
   *     table-default.…}
   */
  public static RestCatalogServer start(
      Path database, Path warehouse, int port, Map<String, String> properties) {
    HttpServer http = bind(port);
    try {
      Files.createDirectories(warehouse);
      Path folder = database.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      LocalCatalog catalog = LocalCatalog.open(database, warehouse, properties);
      AtomicInteger count = new AtomicInteger();
      ExecutorService threads =
          Executors.newFixedThreadPool(
              THREADS,
              task -> {
                Thread thread = new Thread(task, "catalog-" + count.incrementAndGet());
                thread.setDaemon(true);
                return thread;
              });
      RestCatalogServer server = new RestCatalogServer(http, threads, catalog, properties);
      http.setExecutor(threads);
      http.createContext("/", server::answer);
      http.start();
      return server;
    } catch (IOException e) {
      http.stop(0);
      throw MoulinException.external(
          "disk-not-writable",
          "The catalog cannot write to " + e.getMessage(),
          "make the project folder writable, or free disk space",
          e);
    } catch (RuntimeException e) {
      http.stop(0);
      throw MoulinException.external(
          "catalog-not-opened",
          "The catalog's file " + database + " cannot be opened: " + e.getMessage(),
          "make it readable and writable; if it is damaged, restore it from a backup",
          e);
    }
  }

  private static HttpServer bind(int port) {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (BindException e) {
      throw MoulinException.external(
          "port-in-use",
          "Port " + port + " for the catalog is in use by another process",
          "stop that process, or set another port in 'catalog: {uri: …}', or none for a free one",
          e);
    } catch (IOException e) {
      throw MoulinException.external(
          "port-not-opened", "The catalog cannot listen on port " + port, "", e);
    }
  }

  /** Where it is served, for example {@code http://127.0.0.1:8181}. */
  public String uri() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  /**
   * The catalog that is served, for this process: what others are told over HTTP, without the way
   * through it. It is closed with the server.
   */
  public Catalog catalog() {
    return catalog;
  }

  /** Properties with which an Iceberg client in this JVM reaches it. */
  public Map<String, String> catalogProperties() {
    return clientProperties(uri());
  }

  /**
   * Properties with which an Iceberg client of this machine reaches such a server at {@code uri}.
   */
  public static Map<String, String> clientProperties(String uri) {
    return Map.of(
        CatalogUtil.ICEBERG_CATALOG_TYPE,
        CatalogUtil.ICEBERG_CATALOG_TYPE_REST,
        CatalogProperties.URI,
        uri,
        CatalogProperties.FILE_IO_IMPL,
        LocalFileIO.class.getName(),
        // Nobody reads those reports here, and every commit and scan would wait for theirs.
        RESTCatalogProperties.METRICS_REPORTING_ENABLED,
        "false");
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Reply reply = reply(exchange);
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (reply.body() == null || head) {
        exchange.sendResponseHeaders(reply.status(), -1);
        return;
      }
      byte[] json = RestCall.JSON.writeValueAsBytes(reply.body());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(reply.status(), json.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(json);
      }
    }
  }

  private Reply reply(HttpExchange exchange) {
    String method = exchange.getRequestMethod();
    String path = exchange.getRequestURI().getRawPath();
    try {
      if (!local(exchange)) {
        return Reply.of(
            RestErrors.of(403, "ForbiddenException", "Only programs of this machine may ask"));
      }
      Optional<CatalogRoutes.Match> match = routes.match(method, path);
      if (match.isEmpty()) {
        return Reply.of(RestErrors.of(404, "NoSuchEndpoint", "No endpoint " + method + " " + path));
      }
      RestCall call =
          new RestCall(
              match.get().variables(),
              query(exchange.getRequestURI().getRawQuery()),
              exchange.getRequestBody());
      RESTResponse body = match.get().handler().handle(call);
      return new Reply(body == null ? 204 : 200, body);
    } catch (IOException | RuntimeException e) {
      ErrorResponse error = RestErrors.of(e);
      if (error.code() >= 500) {
        LOG.error("Cannot answer {} {}", method, path, e);
      }
      return Reply.of(error);
    }
  }

  /** Whether a program of this machine asks, not a web page through the user's browser. */
  private static boolean local(HttpExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst("Host");
    return exchange.getRequestHeaders().getFirst("Origin") == null
        && host != null
        && LOOPBACK.contains(host.replaceFirst(":\\d+$", ""));
  }

  private static Map<String, String> query(@Nullable String raw) {
    Map<String, String> query = new HashMap<>();
    if (raw != null && !raw.isEmpty()) {
      for (String pair : raw.split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          query.put(
              RESTUtil.decodeString(pair.substring(0, equals)),
              RESTUtil.decodeString(pair.substring(equals + 1)));
        }
      }
    }
    return query;
  }

  /** Stops: requests that are being answered have a second to end. */
  @Override
  public void close() {
    http.stop(0);
    threads.shutdown();
    try {
      if (!threads.awaitTermination(1, TimeUnit.SECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException e) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
    catalog.close();
  }

  private record Reply(int status, @Nullable RESTResponse body) {
    static Reply of(ErrorResponse error) {
      return new Reply(error.code(), error);
    }
  }
}

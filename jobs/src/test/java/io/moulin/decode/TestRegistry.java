package io.moulin.decode;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.moulin.spec.project.RegistrySpec;
import io.moulin.spec.project.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;

/** A registry that speaks as much of Confluent's API as a reader needs, on a real port. */
final class TestRegistry implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  final AtomicInteger asked = new AtomicInteger();
  volatile int status = 200;
  volatile String authorization = "";

  TestRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newSingleThreadExecutor());
    server.createContext("/api/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    authorization = given == null ? "" : given;
    String path = exchange.getRequestURI().getPath();
    String body = answers.getOrDefault(path, "{\"error_code\":40403}");
    int code = status != 200 ? status : answers.containsKey(path) ? 200 : 404;
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  void put(int id, Schema schema) {
    putAnswer(id, "{\"schema\":" + quoted(schema.toString()) + "}");
  }

  void putAnswer(int id, String body) {
    answers.put("/api/schemas/ids/" + id, body);
  }

  /** A schema that may refer to others, as one version of a subject and as the newest one. */
  void put(String subject, int version, int id, String schema, String... references) {
    String body =
        "{\"subject\":%s,\"version\":%d,\"id\":%d,\"schema\":%s,\"references\":[%s]}"
            .formatted(quoted(subject), version, id, quoted(schema), String.join(",", references));
    answers.put("/api/subjects/" + subject + "/versions/" + version, body);
    answers.put("/api/subjects/" + subject + "/versions/latest", body);
    putAnswer(id, body);
  }

  static String reference(String name, String subject, int version) {
    return "{\"name\":%s,\"subject\":%s,\"version\":%d}"
        .formatted(quoted(name), quoted(subject), version);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  RegistrySpec spec(RegistrySpec.OnError onError) {
    return spec("", Secret.NONE, onError);
  }

  RegistrySpec spec(String user, Secret password, RegistrySpec.OnError onError) {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/api/";
    return new RegistrySpec(url, user, password, onError);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

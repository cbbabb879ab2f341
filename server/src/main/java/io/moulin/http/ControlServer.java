package io.moulin.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.moulin.control.live.ControlPoint;
import io.moulin.control.live.StopPatience;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers on loopback, and only those who have the token. */
final class ControlServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

  /** A status can be asked for while an apply takes its time. */
  private static final int THREADS = 4;

  private final HttpServer http;
  private final ExecutorService threads;
  private final ControlPoint point;
  private final byte[] authorization;

  private ControlServer(
      HttpServer http, ExecutorService threads, ControlPoint point, String token) {
    this.http = http;
    this.threads = threads;
    this.point = point;
    this.authorization = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
  }

  static ControlServer start(ControlPoint point, String token) {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      ExecutorService threads =
          Executors.newFixedThreadPool(
              THREADS,
              task -> {
                Thread thread = new Thread(task, "control");
                thread.setDaemon(true);
                return thread;
              });
      ControlServer server = new ControlServer(http, threads, point, token);
      http.setExecutor(threads);
      http.createContext("/", server::answer);
      http.start();
      return server;
    } catch (IOException e) {
      throw MoulinException.external(
          "no-free-port",
          "The control address cannot be opened: " + e.getMessage(),
          "stop programs that hold many connections, and try again",
          e);
    }
  }

  /** Host and port. */
  String address() {
    InetSocketAddress bound = http.getAddress();
    return bound.getAddress().getHostAddress() + ":" + bound.getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Reply reply = reply(exchange);
      byte[] json = Wire.bytes(reply.body());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(reply.status(), json.length);
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(json);
      }
    }
  }

  private Reply reply(HttpExchange exchange) {
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    if (given == null
        || !MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), authorization)) {
      return Reply.failed(401, "not-allowed", "The token is missing or wrong");
    }
    String asked = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    try {
      return switch (asked) {
        case "GET /v1/ping" -> new Reply(200, Map.of("ok", true));
        case "GET /v1/status" -> new Reply(200, point.status());
        case "POST /v1/apply" -> new Reply(200, point.apply());
        case "POST /v1/stop" -> new Reply(200, point.stop(patience(exchange)));
        default -> Reply.failed(404, "no-such-address", "There is nothing at " + asked);
      };
    } catch (MoulinException e) {
      return new Reply(409, new Failure(e.code(), String.valueOf(e.getMessage()), e.fix()));
    } catch (RuntimeException e) {
      LOG.error("Cannot answer {}", asked, e);
      return Reply.failed(500, "internal", String.valueOf(e));
    }
  }

  private static Duration patience(HttpExchange exchange) {
    String query = exchange.getRequestURI().getQuery();
    return query != null && query.matches("seconds=\\d{1,6}")
        ? Duration.ofSeconds(Long.parseLong(query.substring("seconds=".length())))
        : StopPatience.LAST_COMMITS;
  }

  @Override
  public void close() {
    http.stop(1); // an answer that is on its way arrives
    threads.shutdown();
  }

  /** What went wrong, over the wire. */
  record Failure(String code, String what, String fix) {}

  private record Reply(int status, Object body) {
    static Reply failed(int status, String code, String what) {
      return new Reply(status, new Failure(code, what, ""));
    }
  }
}

package io.moulin.decode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.moulin.decode.Undecodable.Kind;
import io.moulin.spec.MoulinException;
import io.moulin.spec.project.RegistrySpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Schemas by id, from a registry that speaks Confluent's API. What it does not answer is asked for
 * again, ever more slowly, while the stream waits; or it is answered with the reason for a dead
 * letter, as declared.
 */
final class SchemaRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaRegistry.class);
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final int MAX_BYTES = 4 << 20;
  private static final int MOST_FAILED = 10_000;
  private static final long FIRST_WAIT_MILLIS = 200;
  private static final long LONGEST_WAIT_MILLIS = 30_000;

  /** How long a failure is taken for the answer, so that not every record asks again. */
  private static final long FAILED_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final RegistrySpec spec;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .version(HttpClient.Version.HTTP_1_1)
          .build();
  private final Map<Integer, Failed> failed = new HashMap<>();

  SchemaRegistry(RegistrySpec spec) {
    this.spec = spec;
  }

  /**
   * A schema, or why there is none.
   *
   * @param kind of the dead letter when there is none
   */
  record Answer(@Nullable Schema schema, Kind kind, String message) {
    static Answer none(Kind kind, String message) {
      return new Answer(null, kind, message);
    }
  }

  private record Failed(Answer answer, long atNanos) {}

  /** The schema of an id; asks the registry each time that it is not known to have failed. */
  Answer schema(int id) {
    Failed before = failed.get(id);
    if (before != null && System.nanoTime() - before.atNanos < FAILED_NANOS) {
      return before.answer;
    }
    long wait = FIRST_WAIT_MILLIS;
    while (true) {
      Answer answer = ask(id);
      if (answer.schema != null) {
        return answer;
      }
      if (answer.kind == Kind.INCOMPATIBLE_SCHEMA
          || spec.onError() == RegistrySpec.OnError.DEAD_LETTER) {
        return remember(id, answer);
      }
      LOG.warn("Waiting for a schema, asking again in {} ms: {}", wait, answer.message);
      pause(wait);
      wait = Math.min(LONGEST_WAIT_MILLIS, wait * 2);
    }
  }

  private Answer remember(int id, Answer answer) {
    if (failed.size() >= MOST_FAILED) {
      failed.clear();
    }
    failed.put(id, new Failed(answer, System.nanoTime()));
    return answer;
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static MoulinException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return MoulinException.external(
        "interrupted", "Stopped while waiting for the schema registry", "", e);
  }

  private Answer ask(int id) {
    URI uri = URI.create(spec.url().replaceAll("/+$", "") + "/schemas/ids/" + id);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(ANSWER)
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    authorization().forEach(request::header);
    try {
      HttpResponse<InputStream> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        return answer(id, response.statusCode(), body.readNBytes(MAX_BYTES));
      }
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return Answer.none(
          Kind.REGISTRY_UNAVAILABLE, "the registry at %s did not answer: %s".formatted(uri, why));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private Map<String, String> authorization() {
    if (spec.user().isEmpty()) {
      return spec.password().reveal().isEmpty()
          ? Map.of()
          : Map.of("Authorization", "Bearer " + spec.password().reveal());
    }
    byte[] both = (spec.user() + ":" + spec.password().reveal()).getBytes(StandardCharsets.UTF_8);
    return Map.of("Authorization", "Basic " + Base64.getEncoder().encodeToString(both));
  }

  private Answer answer(int id, int status, byte[] body) {
    if (status == 404) {
      return Answer.none(
          Kind.UNKNOWN_SCHEMA, "the registry at %s has no schema %d".formatted(spec.url(), id));
    }
    if (status != 200) {
      return Answer.none(
          Kind.REGISTRY_UNAVAILABLE,
          "the registry at %s answered %d for schema %d".formatted(spec.url(), status, id));
    }
    try {
      JsonNode json = MAPPER.readTree(body);
      String type = json.path("schemaType").asText("AVRO");
      if (!type.equals("AVRO")) {
        return incompatible(id, "it is of type " + type);
      }
      if (!json.path("references").isEmpty()) {
        return incompatible(id, "it refers to other schemas, which Moulin does not follow");
      }
      return new Answer(
          AvroSchemas.parse(json.path("schema").asText()), Kind.INCOMPATIBLE_SCHEMA, "");
    } catch (JsonProcessingException e) {
      return Answer.none(
          Kind.REGISTRY_UNAVAILABLE,
          "the registry at %s answered something else than JSON".formatted(spec.url()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (IllegalArgumentException e) {
      return incompatible(id, String.valueOf(e.getMessage()));
    }
  }

  private static Answer incompatible(int id, String why) {
    return Answer.none(Kind.INCOMPATIBLE_SCHEMA, "schema %d cannot be used: %s".formatted(id, why));
  }
}

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
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Asks a registry that speaks Confluent's API, once for each question. Schemas that a schema refers
 * to are asked for and read before it, so that it may use their names.
 */
final class RegistryClient {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final int MAX_BYTES = 4 << 20;

  /** Schemas that one may refer to, over however many steps. */
  private static final int MOST_REFERENCES = 200;

  private final RegistrySpec spec;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  RegistryClient(RegistrySpec spec) {
    this.spec = spec;
  }

  /**
   * A schema, or why there is none.
   *
   * @param id that records of it name; of meaning only where the registry said it
   * @param kind of the dead letter when there is none
   */
  record Answer(@Nullable Schema schema, int id, Kind kind, String message) {}

  /** There is no schema, and why. */
  private static final class None extends Exception {
    private static final long serialVersionUID = 1L;
    final Kind kind;

    None(Kind kind, String message) {
      super(message, null, false, false);
      this.kind = kind;
    }
  }

  /** The schema of an id. */
  Answer byId(int id) {
    return schema("schemas/ids/" + id, "schema " + id, id);
  }

  /** The newest schema of a subject. */
  Answer latest(String subject) {
    return schema("subjects/" + encoded(subject) + "/versions/latest", subject, -1);
  }

  private Answer schema(String path, String what, int id) {
    try {
      JsonNode json = ask(path, what);
      Schema.Parser parser = new Schema.Parser();
      readReferences(json, parser, new HashSet<>(), new HashSet<>());
      Schema schema = AvroSchemas.parse(parser, json.path("schema").asText());
      return new Answer(schema, json.path("id").asInt(id), Kind.INCOMPATIBLE_SCHEMA, "");
    } catch (None e) {
      return new Answer(null, id, e.kind, String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      return new Answer(
          null,
          id,
          Kind.INCOMPATIBLE_SCHEMA,
          "%s cannot be used: %s".formatted(what, e.getMessage()));
    }
  }

  /**
   * Reads what a schema refers to, the deepest first, each once.
   *
   * @param within those that are being read, of which none may be met again
   */
  private void readReferences(
      JsonNode json, Schema.Parser parser, Set<String> read, Set<String> within) throws None {
    for (JsonNode reference : json.path("references")) {
      String subject = reference.path("subject").asText();
      String version = reference.path("version").asText();
      String what = "version %s of %s".formatted(version, subject);
      if (read.contains(what)) {
        continue;
      }
      if (!within.add(what)) {
        throw new IllegalArgumentException(what + " refers to itself");
      }
      if (read.size() + within.size() > MOST_REFERENCES) {
        throw new IllegalArgumentException(
            "it refers to more than %d other schemas".formatted(MOST_REFERENCES));
      }
      JsonNode referred =
          ask("subjects/%s/versions/%s".formatted(encoded(subject), encoded(version)), what);
      readReferences(referred, parser, read, within);
      AvroSchemas.parseAny(parser, referred.path("schema").asText());
      within.remove(what);
      read.add(what);
    }
  }

  private static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** What the registry says of a schema; only of type Avro. */
  private JsonNode ask(String path, String what) throws None {
    URI uri = URI.create(spec.url().replaceAll("/+$", "") + "/" + path);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(ANSWER)
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    authorization().forEach(request::header);
    try {
      HttpResponse<InputStream> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        return answer(what, response.statusCode(), body.readNBytes(MAX_BYTES));
      }
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new None(
          Kind.REGISTRY_UNAVAILABLE, "the registry at %s did not answer: %s".formatted(uri, why));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  static MoulinException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return MoulinException.external(
        "interrupted", "Stopped while waiting for the schema registry", "", e);
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

  private JsonNode answer(String what, int status, byte[] body) throws None {
    if (status == 404) {
      throw new None(
          Kind.UNKNOWN_SCHEMA, "the registry at %s has no %s".formatted(spec.url(), what));
    }
    if (status != 200) {
      throw new None(
          Kind.REGISTRY_UNAVAILABLE,
          "the registry at %s answered %d for %s".formatted(spec.url(), status, what));
    }
    try {
      JsonNode json = MAPPER.readTree(body);
      String type = json.path("schemaType").asText("AVRO");
      if (!type.equals("AVRO")) {
        throw new IllegalArgumentException("it is of type " + type);
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new None(
          Kind.REGISTRY_UNAVAILABLE,
          "the registry at %s answered something else than JSON".formatted(spec.url()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

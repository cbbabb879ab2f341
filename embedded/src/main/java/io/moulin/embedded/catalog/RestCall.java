package io.moulin.embedded.catalog;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.BadRequestException;
import org.apache.iceberg.rest.RESTRequest;
import org.apache.iceberg.rest.RESTSerializers;
import org.apache.iceberg.rest.RESTUtil;

/**
 * One request.
 *
 * @param variables what the path says, still encoded
 * @param query the query's parameters, decoded
 */
record RestCall(Map<String, String> variables, Map<String, String> query, InputStream body) {
  static final ObjectMapper JSON = json();

  /** Between the levels of a namespace in a path, if nothing else was agreed. */
  private static final String SEPARATOR = "%1F";

  private static ObjectMapper json() {
    // As the specification writes: kebab-case names, unknown fields for newer clients.
    JsonMapper mapper =
        JsonMapper.builder()
            .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .build();
    RESTSerializers.registerAll(mapper);
    return mapper;
  }

  Namespace namespace() {
    return RESTUtil.decodeNamespace(variable("namespace"), SEPARATOR);
  }

  TableIdentifier table() {
    return TableIdentifier.of(namespace(), RESTUtil.decodeString(variable("table")));
  }

  TableIdentifier view() {
    return TableIdentifier.of(namespace(), RESTUtil.decodeString(variable("view")));
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(query.get(name));
  }

  private String variable(String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new IllegalArgumentException("Invalid path: it names no " + name);
    }
    return value;
  }

  /** The body, which has to be there and valid. */
  <T extends RESTRequest> T body(Class<T> type) throws IOException {
    T request = JSON.readValue(body, type);
    if (request == null) {
      throw new BadRequestException("Invalid request: it has no body");
    }
    request.validate();
    return request;
  }
}

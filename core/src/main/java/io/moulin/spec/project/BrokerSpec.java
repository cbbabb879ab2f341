package io.moulin.spec.project;

import java.util.Map;

/**
 * The broker.
 *
 * @param bootstrap {@code host:port,…}; empty for the embedded one
 * @param properties client properties, for example security settings; values may be secret
 */
public record BrokerSpec(Kind kind, String bootstrap, Map<String, Secret> properties) {
  public BrokerSpec {
    properties = Map.copyOf(properties);
  }

  /** Which broker. */
  public enum Kind {
    EMBEDDED,
    KAFKA,
    REDPANDA
  }
}

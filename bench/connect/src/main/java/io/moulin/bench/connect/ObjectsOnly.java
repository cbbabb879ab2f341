package io.moulin.bench.connect;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;

/**
 * Drops values that are JSON but no objects: the sink would end at the first one. What is no JSON
 * at all the converter drops already.
 *
 * @param <R> the kind of record
 */
public final class ObjectsOnly<R extends ConnectRecord<R>> implements Transformation<R> {
  @Override
  public @Nullable R apply(R record) {
    return record.value() instanceof Map ? record : null;
  }

  @Override
  public ConfigDef config() {
    return new ConfigDef();
  }

  @Override
  public void configure(Map<String, ?> settings) {}

  @Override
  public void close() {}
}

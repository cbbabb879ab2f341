package io.moulin.spec;

import io.moulin.spec.project.RegistrySpec;
import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the records come from.
 *
 * @param contract JSON Schema that the loader checks rows against, relative to the project folder
 * @param schema of all records, where they do not name their own
 * @param registry of the schemas that records name; null where {@code schema} is given, and where
 *     the format has none
 */
public record SourceSpec(
    String topic,
    int partitions,
    Duration retention,
    Format format,
    @Nullable String contract,
    @Nullable SchemaFile schema,
    @Nullable RegistrySpec registry)
    implements Serializable {

  /** A source whose records carry no schema. */
  public SourceSpec(
      String topic, int partitions, Duration retention, Format format, @Nullable String contract) {
    this(topic, partitions, retention, format, contract, null, null);
  }

  /**
   * A schema that the project has in a file.
   *
   * @param path relative to the project folder
   * @param text what the file holds
   * @param at where the manifest names it
   */
  public record SchemaFile(String path, String text, Place at) implements Serializable {}

  /** How the bytes of a record are read. */
  public enum Format {
    /** One JSON object a record, as RFC 8259 defines it, in UTF-8. */
    JSON,
    /** Avro's binary encoding of one record. */
    AVRO
  }
}

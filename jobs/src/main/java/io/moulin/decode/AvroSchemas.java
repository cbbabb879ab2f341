package io.moulin.decode;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.SourceSpec.SchemaFile;
import io.moulin.spec.project.RegistrySpec;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/** Reads schemas: only records are rows. */
final class AvroSchemas {
  private AvroSchemas() {}

  /** Where the schemas of a dataset are that has none in a file. */
  static RegistrySpec registry(DatasetSpec dataset) {
    RegistrySpec registry = dataset.source().registry();
    if (registry == null) {
      throw new IllegalArgumentException(
          "Invalid source of " + dataset.name() + ": Avro without a schema or a registry");
    }
    return registry;
  }

  /** The schema of a file of the project. */
  static Schema parse(SchemaFile file) {
    try {
      return parse(file.text());
    } catch (IllegalArgumentException e) {
      throw MoulinException.user(
          "invalid-schema",
          "%s holds no schema of a record: %s".formatted(file.path(), e.getMessage()),
          "mend it; 'moulin check' says more");
    }
  }

  /**
   * The schema in {@code json}.
   *
   * @throws IllegalArgumentException saying why, when it is none of a record
   */
  static Schema parse(String json) {
    return parse(new Schema.Parser(), json);
  }

  /** The same, of a schema that may use names that {@code parser} has read before. */
  static Schema parse(Schema.Parser parser, String json) {
    Schema schema = parseAny(parser, json);
    if (schema.getType() != Schema.Type.RECORD) {
      throw new IllegalArgumentException("it is of type " + schema.getType().getName());
    }
    return schema;
  }

  /** The same, of a schema of any type. */
  static Schema parseAny(Schema.Parser parser, String json) {
    try {
      return parser.parse(json);
    } catch (SchemaParseException e) {
      throw new IllegalArgumentException(
          String.valueOf(e.getMessage()).lines().findFirst().orElse("it does not parse"), e);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "it does not parse: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
    }
  }
}

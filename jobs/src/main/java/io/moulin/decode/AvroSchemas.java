package io.moulin.decode;

import io.moulin.spec.MoulinException;
import io.moulin.spec.SourceSpec.SchemaFile;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/** Reads schemas: only records are rows. */
final class AvroSchemas {
  private AvroSchemas() {}

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
    Schema schema;
    try {
      schema = new Schema.Parser().parse(json);
    } catch (SchemaParseException e) {
      throw new IllegalArgumentException(
          String.valueOf(e.getMessage()).lines().findFirst().orElse("it does not parse"), e);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "it does not parse: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
    }
    if (schema.getType() != Schema.Type.RECORD) {
      throw new IllegalArgumentException("it is of type " + schema.getType().getName());
    }
    return schema;
  }
}

package io.moulin.manifest;

import io.moulin.manifest.block.Section;
import io.moulin.manifest.block.Section.Text;
import io.moulin.manifest.yaml.Problems;
import io.moulin.spec.SourceSpec;
import io.moulin.spec.SourceSpec.SchemaFile;
import io.moulin.spec.project.RegistrySpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the schemas of a dataset's records come from: a file of the project, or its registry. */
final class RecordSchemas {
  private static final int MAX_BYTES = 4 << 20;

  private final Section source;
  private final Path folder;
  private final @Nullable RegistrySpec registry;
  private final Problems problems;

  /**
   * @param registry that of the project; null when it declares none
   */
  RecordSchemas(Section dataset, Path folder, @Nullable RegistrySpec registry, Problems problems) {
    this.source = dataset.partOrEmpty("source");
    this.folder = folder;
    this.registry = registry;
    this.problems = problems;
  }

  void check() {
    if (source.broken("format") || source.broken("schema")) {
      return;
    }
    Text schema = source.given("schema");
    if (format() == SourceSpec.Format.JSON) {
      if (schema != null) {
        problems.error(
            "useless-field",
            schema.at(),
            "Field 'source.schema' says something of Avro, and the format is json",
            "",
            "remove it, or set format: avro; a JSON Schema for loads is source.contract");
      }
    } else if (schema != null) {
      if (text(schema) == null) {
        problems.error(
            "missing-file",
            schema.at(),
            "There is no schema file '" + schema.text() + "' that can be read",
            "it holds one Avro schema, of at most 4 MB",
            "paths are relative to the project folder");
      }
    } else if (registry == null) {
      problems.error(
          "missing-schema",
          source.at("format"),
          "Nothing says where the schemas of the Avro records are",
          "Avro cannot be read without the schema that it was written with",
          "name a file with source.schema, or declare registry: {url: …} in moulin.yml");
    }
  }

  private SourceSpec.Format format() {
    return source.option("format", SourceSpec.Format.class);
  }

  private @Nullable String text(Text schema) {
    try {
      Path file = folder.resolve(schema.text());
      return Files.size(file) > MAX_BYTES
          ? null
          : new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException | InvalidPathException e) {
      return null;
    }
  }

  /** The schema that the project has in a file; null when records name their own. */
  @Nullable SchemaFile schema() {
    Text schema = source.given("schema");
    String text = schema == null ? null : text(schema);
    return schema == null || text == null ? null : new SchemaFile(schema.text(), text, schema.at());
  }

  /** The registry of schemas that records name; null when they name none. */
  @Nullable RegistrySpec registry() {
    return format() == SourceSpec.Format.AVRO && source.given("schema") == null ? registry : null;
  }
}

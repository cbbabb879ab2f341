package io.moulin.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.moulin.manifest.ManifestReference.Kind;
import io.moulin.manifest.block.Field;
import io.moulin.manifest.block.Field.Block;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReferenceTest {
  private static final Path CASES = Path.of("src/test/cases/manifest");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ok-issue/datasets/trips.yml",
        "ok-block-style/datasets/orders.yml",
        "ok-smallest/datasets/orders.yml"
      })
  void schemaAcceptsGoodDatasets(String file) throws IOException {
    assertThat(validate(Kind.DATASET, file)).isEmpty();
  }

  @Test
  void schemaOfTestsKnowsRows() throws IOException {
    assertThat(validate(Kind.TESTS, "ok-tests/tests/orders.yml")).isEmpty();
    assertThat(validate(Kind.TESTS, "tests-wrong-shapes/tests/orders.yml")).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dataset-unknown-fields",
        "dataset-missing-fields",
        "dataset-bad-options",
        "dataset-wrong-types"
      })
  void schemaRefusesBadDatasets(String name) throws IOException {
    assertThat(validate(Kind.DATASET, name + "/datasets/orders.yml")).isNotEmpty();
  }

  @Test
  void schemaOfProjectsKnowsReferences() throws IOException {
    assertThat(validate(Kind.PROJECT, "ok-settings/moulin.yml")).isEmpty();
    assertThat(validate(Kind.PROJECT, "project-bad-values/moulin.yml")).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void schemaIsAValidSchema(Kind kind) {
    JsonSchema meta =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(
                com.networknt.schema.SchemaLocation.of(
                    "https://json-schema.org/draft/2020-12/schema"));
    assertThat(meta.validate(ManifestReference.jsonSchema(kind), InputFormat.JSON)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void markdownNamesEveryField(Kind kind) {
    String text = ManifestReference.markdown(kind);
    for (Field field : kind.block().fields()) {
      assertThat(text).contains("| `" + field.name() + "` |");
      Block inner = field.block();
      if (inner != null) {
        inner.names().forEach(name -> assertThat(text).contains("| `" + name + "` |"));
      }
    }
  }

  @Test
  void markdownTellsOptionsDefaultsAndRequirements() {
    assertThat(ManifestReference.markdown(Kind.DATASET))
        .contains("| `dataset` | text | an error |")
        .contains("| `unknown-fields` | `ignore`, `keep`, `quarantine` | `keep` |")
        .contains("| `as` | text | `name` |")
        .contains("## `time.lateness`");
  }

  private static Set<ValidationMessage> validate(Kind kind, String file) throws IOException {
    JsonSchema schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(ManifestReference.jsonSchema(kind));
    return schema.validate(Files.readString(CASES.resolve(file)), InputFormat.YAML);
  }
}

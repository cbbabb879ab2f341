package io.moulin.load;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.AbsoluteIri;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.SpecVersionDetector;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.resource.InputStreamSource;
import io.moulin.load.file.SourceFile;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The JSON Schema that rows must keep before they are produced. */
final class Contract {
  // A document with a second value behind the first is no row.
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final JsonSchema schema;
  private final String sha256;

  private Contract(JsonSchema schema, String sha256) {
    this.schema = schema;
    this.sha256 = sha256;
  }

  /** The contract that the dataset declares; null if it declares none. */
  static @Nullable Contract of(Path project, DatasetSpec dataset) {
    String file = dataset.source().contract();
    if (file == null) {
      return null;
    }
    byte[] text = read(project.resolve(file), file, dataset);
    JsonNode document;
    try {
      document = JSON.readTree(text);
    } catch (IOException e) {
      throw broken(file, "it is not JSON: " + message(e), e);
    }
    try {
      if (!document.isObject() && !document.isBoolean()) {
        throw broken(file, "it is neither an object nor true or false", null);
      }
      VersionFlag version =
          SpecVersionDetector.detectOptionalVersion(document, true).orElse(VersionFlag.V202012);
      // References stay within the file and the schemas of the standard: nothing is fetched.
      JsonSchemaFactory factory =
          JsonSchemaFactory.getInstance(
              version, builder -> builder.schemaLoaders(loaders -> loaders.add(Contract::refuse)));
      Set<ValidationMessage> mistakes =
          factory.getSchema(SchemaLocation.of(version.getId())).validate(document);
      if (!mistakes.isEmpty()) {
        throw broken(file, text(mistakes), null);
      }
      JsonSchema schema = factory.getSchema(document);
      schema.initializeValidators();
      return new Contract(schema, HexFormat.of().formatHex(SourceFile.sha256().digest(text)));
    } catch (JsonSchemaException e) {
      throw broken(file, String.valueOf(e.getMessage()), e);
    }
  }

  /** Leaves what the library carries with it to the loaders that follow. */
  private static @Nullable InputStreamSource refuse(AbsoluteIri iri) {
    if (iri.toString().startsWith("classpath:")) {
      return null;
    }
    throw new JsonSchemaException("it refers to " + iri + ", and nothing is fetched");
  }

  private static byte[] read(Path path, String file, DatasetSpec dataset) {
    try {
      return Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw MoulinException.user(
          "contract-missing",
          "There is no contract %s, which dataset '%s' names".formatted(file, dataset.name()),
          "write the JSON Schema, or remove source.contract from the manifest",
          e);
    } catch (IOException e) {
      throw MoulinException.user(
          "contract-unreadable",
          "Cannot read the contract " + file + ": " + e.getMessage(),
          "check that it is a file and that you may read it",
          e);
    }
  }

  private static MoulinException broken(String file, String how, @Nullable Exception cause) {
    String what = "The contract " + file + " is no JSON Schema: " + how;
    String fix = "mend it, or remove source.contract from the manifest";
    return cause == null
        ? MoulinException.user("contract-broken", what, fix)
        : MoulinException.user("contract-broken", what, fix, cause);
  }

  private static String message(IOException e) {
    return e instanceof JsonProcessingException json
        ? json.getOriginalMessage()
            + (json.getLocation() == null ? "" : " in line " + json.getLocation().getLineNr())
        : String.valueOf(e.getMessage());
  }

  private static String text(Set<ValidationMessage> messages) {
    return messages.stream().map(ValidationMessage::getMessage).collect(Collectors.joining("; "));
  }

  /** Hash of the contract's text: another contract lets other rows through. */
  String sha256() {
    return sha256;
  }

  /** What is wrong with a row; null if nothing is. */
  @Nullable String violation(byte[] row) {
    JsonNode value;
    try {
      value = JSON.readTree(row);
    } catch (IOException e) {
      return "not JSON: " + message(e);
    }
    if (value.isMissingNode()) {
      return "not JSON: empty";
    }
    try {
      Set<ValidationMessage> messages = schema.validate(value);
      return messages.isEmpty() ? null : text(messages);
    } catch (ArithmeticException | NumberFormatException e) {
      // Numbers are doubles here, and not all of the library's bounds know one without end.
      return "a number is too large to be compared with the contract: " + e.getMessage();
    }
  }
}

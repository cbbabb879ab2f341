package io.moulin.spec;

import static io.moulin.spec.TableSpec.FieldSpec.optional;
import static io.moulin.spec.TableSpec.FieldSpec.required;

import io.moulin.spec.DataType.ListOf;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.TableSpec.FieldSpec;
import java.util.ArrayList;
import java.util.List;

/** Which tables a dataset has and which columns they have: the one place that says so. */
public final class DatasetTables {
  // Columns that Moulin adds. A leading underscore keeps them apart from the user's names.
  public static final String TOPIC = "_topic";
  public static final String PARTITION = "_partition";
  public static final String OFFSET = "_offset";
  public static final String RECORD_TIME = "_record_time";
  public static final String INGESTED_AT = "_ingested_at";
  public static final String MALFORMED = "_malformed";
  public static final String EXTRA = "_extra";
  public static final String REASONS = "_reasons";
  public static final String REASON = "_reason";
  public static final String QUARANTINED_AT = "_quarantined_at";
  public static final String RULES_VERSION = "_rules_version";
  public static final String STATUS = "_status";
  public static final String RESOLVED_AT = "_resolved_at";
  public static final String RESOLVED_BY = "_resolved_by";
  public static final String RESOLUTION = "_resolution";
  public static final String PATCH = "_patch";
  public static final String PAYLOAD = "payload";
  public static final String RECORD_KEY = "record_key";
  public static final String ERROR_TYPE = "error_type";
  public static final String ERROR_MESSAGE = "error_message";
  public static final String FAILED_AT = "failed_at";
  public static final String DQ_VALID = "dq_valid";
  public static final String DQ_FLAGS = "dq_flags";
  public static final String IS_LATE = "is_late_arrival";

  /** Status of a row that nobody has dealt with; rows older than the column have none. */
  public static final String OPEN = "open";

  /** Status of a row that was judged again and went elsewhere. */
  public static final String REPLAYED = "replayed";

  /** Status of a row that was given up. */
  public static final String DISCARDED = "discarded";

  /** What Moulin adds to the wire's columns in bronze and quarantine. */
  public static final List<String> ADDED_TO_THE_WIRE =
      List.of(
          TOPIC,
          PARTITION,
          OFFSET,
          RECORD_TIME,
          INGESTED_AT,
          MALFORMED,
          EXTRA,
          REASONS,
          REASON,
          QUARANTINED_AT,
          RULES_VERSION,
          STATUS,
          RESOLVED_AT,
          RESOLVED_BY,
          RESOLUTION,
          PATCH);

  private DatasetTables() {}

  static List<TableSpec> of(DatasetSpec dataset) {
    List<TableSpec> tables = new ArrayList<>();
    tables.add(table(dataset, Layer.DEAD_LETTERS, deadLetters(), List.of()));
    tables.add(table(dataset, Layer.BRONZE, bronze(dataset), dataset.bronzePartition()));
    tables.add(table(dataset, Layer.QUARANTINE, quarantine(dataset), List.of()));
    if (routesLate(dataset)) {
      tables.add(table(dataset, Layer.LATE, silver(dataset), List.of()));
    }
    tables.add(table(dataset, Layer.SILVER, silver(dataset), dataset.partition()));
    return List.copyOf(tables);
  }

  private static boolean routesLate(DatasetSpec dataset) {
    TimeSpec time = dataset.time();
    return time != null && time.lateness() != null && time.lateness().then() == TimeSpec.Then.ROUTE;
  }

  private static TableSpec table(
      DatasetSpec dataset, Layer layer, List<FieldSpec> fields, List<PartitionSpec> partition) {
    return new TableSpec(dataset.name(), layer, dataset.table(), fields, partition);
  }

  private static List<FieldSpec> deadLetters() {
    List<FieldSpec> fields = new ArrayList<>();
    fields.addAll(undecoded());
    fields.addAll(resolution());
    return fields;
  }

  /** What became of a row of quarantine or of a dead letter: optional, because it came later. */
  public static List<FieldSpec> resolution() {
    return List.of(
        optional(STATUS, Scalar.STRING, "open, replayed or discarded; without a value: open"),
        optional(RESOLVED_AT, Scalar.TIMESTAMPTZ, "when it was replayed or discarded"),
        optional(RESOLVED_BY, Scalar.STRING, "who did it"),
        optional(RESOLUTION, Scalar.STRING, "where it went, or why it was discarded"),
        optional(PATCH, Scalar.STRING, "JSON object: values that replace the row's own"));
  }

  private static List<FieldSpec> undecoded() {
    return List.of(
        optional(RECORD_KEY, Scalar.BINARY, "key of the record, as it came"),
        optional(PAYLOAD, Scalar.BINARY, "value of the record, as it came"),
        required(ERROR_TYPE, Scalar.STRING, "kind of the error, for example MALFORMED_JSON"),
        required(ERROR_MESSAGE, Scalar.STRING, "what is wrong with it, and at which position"),
        required(FAILED_AT, Scalar.TIMESTAMPTZ, "when decoding failed"),
        required(TOPIC, Scalar.STRING, "topic that it came from"),
        required(PARTITION, Scalar.INT, "partition of the topic"),
        required(OFFSET, Scalar.LONG, "offset within the partition"),
        required(RECORD_TIME, Scalar.TIMESTAMPTZ, "timestamp of the record"));
  }

  private static List<FieldSpec> bronze(DatasetSpec dataset) {
    List<FieldSpec> fields = new ArrayList<>(wire(dataset));
    fields.addAll(provenance());
    return fields;
  }

  private static List<FieldSpec> quarantine(DatasetSpec dataset) {
    List<FieldSpec> fields = new ArrayList<>(wire(dataset));
    fields.add(
        required(REASONS, new ListOf(Scalar.STRING), "names of all rules that the row violates"));
    fields.add(required(REASON, Scalar.STRING, "the first of them"));
    fields.add(required(QUARANTINED_AT, Scalar.TIMESTAMPTZ, "when the row was quarantined"));
    fields.add(required(RULES_VERSION, Scalar.STRING, "version of the rules that it violates"));
    fields.add(required(TOPIC, Scalar.STRING, "topic that it came from"));
    fields.addAll(provenance());
    fields.addAll(resolution());
    return fields;
  }

  private static List<FieldSpec> wire(DatasetSpec dataset) {
    List<FieldSpec> fields = new ArrayList<>();
    for (ColumnSpec column : dataset.columns()) {
      fields.add(optional(column.name(), column.type(), column.doc()));
    }
    fields.add(
        optional(
            MALFORMED, Scalar.STRING, "JSON object: values that are not of their declared type"));
    if (dataset.unknownFields() != DatasetSpec.UnknownFields.IGNORE) {
      fields.add(optional(EXTRA, Scalar.STRING, "JSON object: fields that no column declares"));
    }
    return fields;
  }

  private static List<FieldSpec> provenance() {
    return List.of(
        required(PARTITION, Scalar.INT, "partition of the topic"),
        required(OFFSET, Scalar.LONG, "offset within the partition"),
        required(RECORD_TIME, Scalar.TIMESTAMPTZ, "timestamp of the record"),
        required(INGESTED_AT, Scalar.TIMESTAMPTZ, "when Moulin read the record"));
  }

  private static List<FieldSpec> silver(DatasetSpec dataset) {
    List<FieldSpec> fields = new ArrayList<>();
    KeySpec key = dataset.key();
    if (key != null) {
      fields.add(
          required(key.name(), Scalar.STRING, "surrogate key of " + String.join(", ", key.of())));
    }
    for (ColumnSpec column : dataset.columns()) {
      if (dataset.privacy().stream()
          .noneMatch(p -> p.column().equals(column.as()) && p.then() == PrivacySpec.Then.DROP)) {
        // Optional even when required: the rule guards it, and relaxing a rule is no schema change.
        fields.add(new FieldSpec(column.as(), column.silver(), false, column.doc(), column.was()));
      }
    }
    for (DerivedSpec derived : dataset.derived()) {
      fields.add(optional(derived.name(), derived.type(), derived.doc()));
    }
    fields.add(required(DQ_VALID, Scalar.BOOLEAN, "true when no flagging rule is violated"));
    fields.add(
        required(DQ_FLAGS, new ListOf(Scalar.STRING), "names of the flagging rules violated"));
    TimeSpec time = dataset.time();
    if (time != null && time.lateness() != null) {
      fields.add(
          required(IS_LATE, Scalar.BOOLEAN, "true when it came behind the allowed lateness"));
    }
    fields.addAll(provenance());
    return fields;
  }
}

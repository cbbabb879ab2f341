package io.moulin.spec.history;

import static io.moulin.spec.TableSpec.FieldSpec.optional;
import static io.moulin.spec.TableSpec.FieldSpec.required;

import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.Layer;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import java.util.ArrayList;
import java.util.List;

/** The table that a history is kept in: the one place that says which columns it has. */
public final class HistoryTable {
  public static final String START = "effective_start";
  public static final String END = "effective_end";
  public static final String CURRENT = "is_current";
  public static final String VERSION = "version";
  public static final String BUCKET = "_bucket";
  public static final String LAST_SEEN = "_last_seen";

  /** Names that neither a key nor a tracked column may have. */
  public static final List<String> RESERVED = List.of(START, END, CURRENT, VERSION);

  private HistoryTable() {}

  /** The table of a history over the rows of {@code silver}. */
  public static TableSpec of(HistorySpec history, TableSpec silver) {
    List<FieldSpec> fields = new ArrayList<>();
    for (String name : history.key()) {
      FieldSpec column = column(silver, name);
      fields.add(required(name, column.type(), column.doc()));
    }
    for (String name : history.track()) {
      FieldSpec column = column(silver, name);
      fields.add(optional(name, column.type(), column.doc()));
    }
    DataType time = column(silver, history.order()).type();
    fields.add(required(START, time, "from when on the version holds, inclusive"));
    fields.add(optional(END, time, "until when it holds, exclusive; null while it does"));
    fields.add(required(CURRENT, Scalar.BOOLEAN, "true for the version that holds"));
    fields.add(required(VERSION, Scalar.INT, "number of the version among those of its key"));
    fields.add(required(BUCKET, Scalar.INT, "partition of the key"));
    fields.add(
        optional(
            LAST_SEEN, time, "of the last version of a key: time of its newest row in silver"));
    return new TableSpec(
        silver.dataset(),
        Layer.HISTORY,
        silver.name(),
        fields,
        List.of(new PartitionSpec(BUCKET, PartitionSpec.Transform.IDENTITY)));
  }

  /** A column of silver. */
  public static FieldSpec column(TableSpec silver, String name) {
    return silver.fields().stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("Invalid column: silver has no " + name));
  }
}

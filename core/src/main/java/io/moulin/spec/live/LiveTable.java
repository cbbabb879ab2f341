package io.moulin.spec.live;

import static io.moulin.spec.TableSpec.FieldSpec.optional;
import static io.moulin.spec.TableSpec.FieldSpec.required;

import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.ListOf;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DerivedSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.PartitionSpec.Transform;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.history.HistoryTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The table that a live aggregate is kept in: the one place that says which columns it has. */
public final class LiveTable {
  public static final String START = "window_start";
  public static final String END = "window_end";
  public static final String FINAL = "is_final";
  public static final String STATE = "_state";

  /** Names that neither a key nor a value may have. */
  public static final List<String> RESERVED = List.of(START, END, FINAL);

  private LiveTable() {}

  /** The table of one of the dataset's live aggregates. */
  public static TableSpec of(LiveSpec live, DatasetSpec dataset) {
    TableSpec silver = dataset.table(Layer.SILVER);
    DataType time = HistoryTable.column(silver, timeColumn(dataset)).type();
    List<FieldSpec> fields = new ArrayList<>();
    fields.add(required(START, time, "when the window begins, inclusive"));
    fields.add(required(END, time, "when it ends, exclusive"));
    for (String name : live.by()) {
      FieldSpec column = HistoryTable.column(silver, name);
      fields.add(optional(name, column.type(), column.doc()));
    }
    for (DerivedSpec value : live.values()) {
      fields.add(optional(value.name(), value.type(), value.doc()));
    }
    fields.add(required(FINAL, Scalar.BOOLEAN, "true once no row can change the window any more"));
    fields.add(
        optional(STATE, new ListOf(Scalar.STRING), "what the values are made of, for Moulin"));
    return new TableSpec(
        dataset.name(),
        Layer.LIVE,
        live.name(),
        fields,
        List.of(new PartitionSpec(START, unit(live))));
  }

  /**
   * A step writes the partitions of its windows: small ones where windows follow each other fast.
   */
  public static Transform unit(LiveSpec live) {
    return live.hop().compareTo(Duration.ofHours(1)) < 0 ? Transform.HOUR : Transform.DAY;
  }

  /** What silver calls the event time. */
  public static String timeColumn(DatasetSpec dataset) {
    TimeSpec time = dataset.time();
    if (time == null) {
      throw new IllegalArgumentException("Invalid dataset: " + dataset.name() + " has no time");
    }
    return dataset.columns().stream()
        .filter(column -> column.name().equals(time.column()))
        .map(ColumnSpec::as)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("Invalid column: " + time.column()));
  }
}

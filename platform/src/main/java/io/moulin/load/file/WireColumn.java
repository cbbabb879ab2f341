package io.moulin.load.file;

import com.fasterxml.jackson.core.io.NumberOutput;
import io.moulin.load.file.ColumnMatch.Matched;
import io.moulin.load.file.WireText.ColumnForm;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DatasetSpec;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** A column of a file with types: from the file's values to the JSON form of the wire's type. */
final class WireColumn {
  private static final double EXACT_WHOLE = 1L << 53;

  private final @Nullable ColumnSpec column;
  private final JsonText.Field field;
  private final WireText wireText;
  private final TimeText time;

  /** What a value of the file is. */
  enum Form {
    NULL,
    WHOLE,
    FLOAT,
    DOUBLE,
    DECIMAL,
    BOOLEAN,
    /** Microseconds of a local time. */
    TIMESTAMP,
    /** Nanoseconds of a local time. */
    TIMESTAMP_NANOS,
    /** Microseconds of an instant. */
    INSTANT,
    /** In Base64. */
    BINARY,
    /** As JSON. */
    NESTED,
    TEXT
  }

  WireColumn(Matched matched, DatasetSpec dataset) {
    column = matched.column();
    field = new JsonText.Field(matched.wire());
    wireText = new WireText(column, dataset.nulls());
    time = new TimeText(column, dataset.time());
  }

  private @Nullable DataType wire() {
    return column == null ? null : column.type();
  }

  /** Appends the field with a value; null for none. */
  void append(JsonText json, Form form, @Nullable String text) {
    field.appendTo(json);
    if (text == null) {
      json.ascii("null");
      return;
    }
    boolean asText = wire() == Scalar.STRING;
    switch (form) {
      case WHOLE, DECIMAL, FLOAT, DOUBLE, TIMESTAMP, TIMESTAMP_NANOS, INSTANT -> {
        if (asText || !WireText.isNumber(text)) {
          json.text(text);
        } else {
          json.ascii(text);
        }
      }
      case BOOLEAN, NESTED -> {
        if (asText) {
          json.text(text);
        } else {
          json.raw(text);
        }
      }
      case NULL, BINARY -> json.text(text);
      case TEXT -> wireText.append(json, text, ColumnForm.of(column));
    }
  }

  private boolean wholeOnWire() {
    return wire() == Scalar.INT || wire() == Scalar.LONG;
  }

  String text(double value) {
    // A month writes 1 where another writes 1.0: on the wire it is what the manifest says.
    if (wholeOnWire() && value == Math.rint(value) && Math.abs(value) < EXACT_WHOLE) {
      return Long.toString((long) value);
    }
    return NumberOutput.toString(value, true);
  }

  String text(float value) {
    if (wholeOnWire() || wire() == Scalar.DOUBLE) {
      return text((double) value);
    }
    return NumberOutput.toString(value, true);
  }

  String decimal(String value) {
    if (wholeOnWire()) {
      BigDecimal number = new BigDecimal(value).stripTrailingZeros();
      return number.scale() <= 0 ? number.toPlainString() : value;
    }
    return value;
  }

  /** A time of one of the forms that are times. */
  String time(Form form, long value) {
    return switch (form) {
      case TIMESTAMP_NANOS -> time.ofNanos(value);
      case INSTANT -> time.ofInstant(value);
      default -> wire() == Scalar.DATE ? time.dateOf(value) : time.ofLocal(value);
    };
  }
}

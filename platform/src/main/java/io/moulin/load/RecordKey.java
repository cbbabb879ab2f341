package io.moulin.load;

import com.fasterxml.jackson.core.io.NumberOutput;
import io.moulin.load.file.Rows;
import io.moulin.load.file.TimeText;
import io.moulin.load.file.WireText;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Decimal;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DedupSpec;
import io.moulin.spec.PrivacySpec;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The key of a record: rows that silver takes for duplicates have the same one, whatever file they
 * come from, so that they share a partition. Where it is not certain which values silver takes for
 * equal, a column is left out: a coarser key keeps duplicates together too.
 */
final class RecordKey {
  private static final int LONGEST_NUMBER = 400;

  private final List<Part> parts;
  // A few short texts: comparing with each is quicker than hashing every value.
  private final List<String> nulls;
  private final MessageDigest md5;
  private final StringBuilder text = new StringBuilder();

  private enum Form {
    NUMBER,
    TIME,
    DAY,
    PRIVATE,
    TEXT
  }

  private record Part(ColumnSpec column, Form form, TimeText time) {}

  RecordKey(DatasetSpec dataset) {
    this.parts = parts(dataset);
    this.nulls = dataset.nulls();
    try {
      this.md5 = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Cannot hash: this Java has no MD5", e);
    }
  }

  private static List<Part> parts(DatasetSpec dataset) {
    List<Part> parts = new ArrayList<>();
    DedupSpec dedup = dataset.dedup();
    for (String name : dedup == null ? List.<String>of() : dedup.key()) {
      for (ColumnSpec column : dataset.columns()) {
        Form form = column.as().equals(name) ? form(column, dataset) : null;
        if (form != null) {
          parts.add(new Part(column, form, new TimeText(column, dataset.time())));
        }
      }
    }
    return List.copyOf(parts);
  }

  /** How equality is decided; null when that is not certain. */
  private static @Nullable Form form(ColumnSpec column, DatasetSpec dataset) {
    for (PrivacySpec privacy : dataset.privacy()) {
      if (privacy.column().equals(column.as())) {
        return privacy.then() == PrivacySpec.Then.SHA256 ? Form.PRIVATE : null;
      }
    }
    if (column.type().nested() || column.silver().nested()) {
      return null;
    }
    if (isNumber(column.type()) || isNumber(column.silver())) {
      return Form.NUMBER;
    }
    if (column.silver() == Scalar.DATE) {
      return Form.DAY;
    }
    if (column.type() == Scalar.DATE) {
      return Form.DAY;
    }
    if (isTime(column.type()) || isTime(column.silver())) {
      return Form.TIME;
    }
    boolean plain = column.type() == Scalar.STRING && column.silver() == Scalar.STRING;
    return plain ? Form.TEXT : null;
  }

  private static boolean isNumber(DataType type) {
    return type instanceof Decimal
        || type == Scalar.INT
        || type == Scalar.LONG
        || type == Scalar.FLOAT
        || type == Scalar.DOUBLE;
  }

  private static boolean isTime(DataType type) {
    return type == Scalar.TIMESTAMP || type == Scalar.TIMESTAMPTZ;
  }

  /** The columns that the key is made of, in order; empty when records have no key. */
  List<ColumnSpec> columns() {
    return parts.stream().map(Part::column).toList();
  }

  /** The key of the row on which {@code rows} stands; null if none of its values is known. */
  byte @Nullable [] of(Rows rows) {
    text.setLength(0);
    boolean known = false;
    for (int i = 0; i < parts.size(); i++) {
      String value = rows.text(i);
      if (value == null || nulls.contains(value)) {
        text.append('\u0001');
      } else {
        known = true;
        append(parts.get(i), value);
      }
      text.append('\u0000');
    }
    return known ? md5.digest(text.toString().getBytes(StandardCharsets.UTF_8)) : null;
  }

  private void append(Part part, String value) {
    switch (part.form) {
      case NUMBER -> text.append(number(part.column, value));
      case TIME -> appendTime(value, part.time.micros(value));
      case DAY -> {
        long micros = part.time.micros(value);
        appendTime(value, micros == TimeText.NONE ? micros : part.time.day(micros));
      }
      case PRIVATE -> text.append(value.strip().toLowerCase(Locale.ROOT));
      case TEXT -> text.append(value);
    }
  }

  private void appendTime(String value, long time) {
    if (time == TimeText.NONE) {
      text.append(value);
    } else {
      text.append(time);
    }
  }

  private static String number(ColumnSpec column, String value) {
    if (value.length() > LONGEST_NUMBER || !WireText.isNumber(value)) {
      return value;
    }
    String exact = plain(value);
    if (exact != null && exact.length() <= 7 && !column.round()) {
      // So few digits that no type of number changes them.
      return exact;
    }
    if (column.type() == Scalar.FLOAT || column.silver() == Scalar.FLOAT) {
      return canonical(NumberOutput.toString(Float.parseFloat(value), true), column);
    }
    if (column.type() == Scalar.DOUBLE || column.silver() == Scalar.DOUBLE) {
      if (exact != null && exact.length() <= 15 && !column.round()) {
        return exact;
      }
      return canonical(NumberOutput.toString(Double.parseDouble(value), true), column);
    }
    return canonical(value, column);
  }

  private static String canonical(String value, ColumnSpec column) {
    if (!WireText.isNumber(value)) {
      return value;
    }
    BigDecimal number;
    try {
      number = new BigDecimal(value);
    } catch (NumberFormatException e) {
      return value; // an exponent that BigDecimal cannot hold: silver takes it for no number either
    }
    if (number.signum() == 0) {
      return "0";
    }
    if (Math.abs((long) number.precision() - number.scale()) > LONGEST_NUMBER) {
      BigDecimal bare = number.stripTrailingZeros();
      return bare.unscaledValue() + "e" + -(long) bare.scale();
    }
    if (column.round()) {
      int scale = column.silver() instanceof Decimal decimal ? decimal.scale() : 0;
      number = number.setScale(scale, RoundingMode.HALF_UP);
    }
    String plain = plain(number.toPlainString());
    return plain == null ? value : plain;
  }

  /** A number without exponent, bare of zeros that say nothing; null if it has an exponent. */
  private static @Nullable String plain(String value) {
    if (value.indexOf('e') >= 0 || value.indexOf('E') >= 0) {
      return null;
    }
    String bare = value;
    if (value.indexOf('.') >= 0) {
      int end = value.length();
      while (value.charAt(end - 1) == '0') {
        end--;
      }
      if (value.charAt(end - 1) == '.') {
        end--;
      }
      bare = value.substring(0, end);
    }
    return bare.equals("-0") ? "0" : bare;
  }
}

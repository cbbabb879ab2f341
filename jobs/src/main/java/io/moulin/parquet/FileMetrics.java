package io.moulin.parquet;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.util.UnicodeUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Parquet file's column statistics, as DuckDB's {@code COPY … RETURN_STATS} gives them in text,
 * in the form that Iceberg keeps. Bounds are left out where text does not give them surely: binary,
 * uuid, floating point with NaN.
 */
final class FileMetrics {
  /** As long as Iceberg's own writers keep the bounds of text. */
  private static final int BOUND_CHARS = 16;

  private static final Logger LOG = LoggerFactory.getLogger(FileMetrics.class);

  private final Schema schema;
  private final Map<Integer, Long> sizes = new HashMap<>();
  private final Map<Integer, Long> values = new HashMap<>();
  private final Map<Integer, Long> nulls = new HashMap<>();
  private final Map<Integer, Long> nans = new HashMap<>();
  private final Map<Integer, ByteBuffer> lower = new HashMap<>();
  private final Map<Integer, ByteBuffer> upper = new HashMap<>();

  private FileMetrics(Schema schema) {
    this.schema = schema;
  }

  /**
   * @param statistics by column path, each part in double quotes and joined by dots; the statistics
   *     of a column by name
   */
  static Metrics of(Schema schema, long rows, Map<?, ?> statistics) {
    FileMetrics metrics = new FileMetrics(schema);
    statistics.forEach((path, column) -> metrics.add(path.toString(), (Map<?, ?>) column));
    return new Metrics(
        rows,
        metrics.sizes,
        metrics.values,
        metrics.nulls,
        metrics.nans,
        metrics.lower,
        metrics.upper);
  }

  private void add(String path, Map<?, ?> column) {
    Types.NestedField field = schema.findField(path.replace("\".\"", ".").replace("\"", ""));
    if (field == null || !field.type().isPrimitiveType()) {
      return;
    }
    int id = field.fieldId();
    count(column, "column_size_bytes", id, sizes);
    count(column, "num_values", id, values);
    count(column, "null_count", id, nulls);
    count(column, "nan_count", id, nans);
    if ("true".equals(String.valueOf(column.get("has_nan")))) {
      return;
    }
    bound(field.type(), text(column, "min"), id, false);
    bound(field.type(), text(column, "max"), id, true);
  }

  private static @Nullable String text(Map<?, ?> column, String key) {
    Object value = column.get(key);
    return value == null ? null : value.toString();
  }

  private static void count(Map<?, ?> column, String key, int id, Map<Integer, Long> into) {
    String text = text(column, key);
    if (text != null) {
      into.put(id, Long.parseLong(text));
    }
  }

  private void bound(Type type, @Nullable String text, int id, boolean isUpper) {
    try {
      Object value = text == null ? null : value(type, text, isUpper);
      if (value != null) {
        (isUpper ? upper : lower).put(id, Conversions.toByteBuffer(type, value));
      }
    } catch (DateTimeException | NumberFormatException e) {
      // A date beyond what text can carry, for example before Christ: no bound is always right.
      LOG.debug("No bound for column {} from {}", id, text, e);
    }
  }

  private static @Nullable Object value(Type type, String text, boolean isUpper) {
    return switch (type.typeId()) {
      case BOOLEAN -> text.equals("true") || text.equals("1");
      case INTEGER -> Integer.valueOf(text);
      case LONG -> Long.valueOf(text);
      case FLOAT -> Float.valueOf(text);
      case DOUBLE -> Double.valueOf(text);
      case DECIMAL -> new BigDecimal(text).setScale(((Types.DecimalType) type).scale());
      case DATE -> (int) LocalDate.parse(text).toEpochDay();
      case TIME -> LocalTime.parse(text).toNanoOfDay() / 1_000;
      case TIMESTAMP -> timestamp(text, ((Types.TimestampType) type).shouldAdjustToUTC());
      case STRING ->
          isUpper
              ? UnicodeUtil.truncateStringMax(text, BOUND_CHARS)
              : UnicodeUtil.truncateStringMin(text, BOUND_CHARS);
      default -> null;
    };
  }

  /** {@code 2024-01-31 23:59:59.5} or, of an instant, {@code 2024-01-31 23:59:59.5+00}. */
  private static long timestamp(String text, boolean instant) {
    String iso = text.replace(' ', 'T');
    OffsetDateTime at =
        instant
            ? OffsetDateTime.parse(iso + ":00")
            : LocalDateTime.parse(iso).atOffset(ZoneOffset.UTC);
    // Not ChronoUnit.between: it goes through nanoseconds, which end in 2262.
    return TimeUnit.SECONDS.toMicros(at.toEpochSecond()) + at.get(ChronoField.MICRO_OF_SECOND);
  }
}

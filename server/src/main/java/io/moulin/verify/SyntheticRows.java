package io.moulin.verify;

import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Decimal;
import io.moulin.spec.DataType.ListOf;
import io.moulin.spec.DataType.MapOf;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DataType.Struct;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.TimeSpec;
import java.io.BufferedWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Rows for any dataset, made of its columns alone, the same ones for the same seed: most have the
 * declared types, some values are missing or of another type, some rows come twice, some lines are
 * no JSON. It knows nothing of the rules: what they make of the rows is for the run to find out.
 */
final class SyntheticRows {
  private static final Instant FIRST = Instant.parse("2024-01-01T00:00:00Z");
  private static final int REMEMBERED = 500;
  private static final int FEW = 20;

  private final DatasetSpec dataset;
  private final SplittableRandom random;
  private final List<String> earlier = new ArrayList<>();

  SyntheticRows(DatasetSpec dataset, long seed) {
    this.dataset = dataset;
    this.random = new SplittableRandom(seed);
  }

  void write(long rows, Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (long row = 0; row < rows; row++) {
        out.write(line(row));
        out.write('\n');
      }
    }
  }

  private String line(long row) {
    int dice = random.nextInt(1000);
    if (dice < 2) {
      return List.of("no JSON at all", "{\"cut off\":", "[1]", "{}}").get(random.nextInt(4));
    }
    if (dice < 30 && !earlier.isEmpty()) {
      return earlier.get(random.nextInt(earlier.size()));
    }
    String line =
        dataset.columns().stream()
            .map(column -> text(column.name()) + ":" + cell(column, row))
            .collect(Collectors.joining(",", "{", "}"));
    if (earlier.size() < REMEMBERED) {
      earlier.add(line);
    } else {
      earlier.set(random.nextInt(REMEMBERED), line);
    }
    return line;
  }

  private String cell(ColumnSpec column, long row) {
    int dice = random.nextInt(1000);
    if (dice < 4) {
      return "null";
    }
    if (dice < 8) {
      return "\"neither here nor there\"";
    }
    return value(column.type(), column, row);
  }

  private String value(DataType type, ColumnSpec column, long row) {
    if (type instanceof Decimal decimal) {
      return new BigDecimal(
              new BigInteger(Math.min(50, decimal.precision() * 3), new Random(row)),
              decimal.scale())
          .toPlainString();
    }
    if (type instanceof ListOf list) {
      return IntStream.range(0, random.nextInt(3))
          .mapToObj(i -> value(list.element(), column, row))
          .collect(Collectors.joining(",", "[", "]"));
    }
    if (type instanceof MapOf map) {
      return "{\"k%d\":%s}".formatted(random.nextInt(FEW), value(map.value(), column, row));
    }
    if (type instanceof Struct struct) {
      return struct.fields().stream()
          .map(field -> text(field.name()) + ":" + value(field.type(), column, row))
          .collect(Collectors.joining(",", "{", "}"));
    }
    return scalar((Scalar) type, column, row);
  }

  private String scalar(Scalar type, ColumnSpec column, long row) {
    return switch (type) {
      case BOOLEAN -> Boolean.toString(random.nextBoolean());
      case INT, LONG -> Long.toString(random.nextInt(3) == 0 ? row : random.nextInt(FEW * FEW));
      case FLOAT, DOUBLE -> Double.toString(random.nextInt(2_000_000) / 100.0 - 1000);
      case STRING -> text(word(row));
      case DATE -> text(LocalDate.ofEpochDay(19_723 + row % 30).toString());
      case TIME -> text(LocalTime.ofSecondOfDay(random.nextInt(86_400)).toString());
      case TIMESTAMP, TIMESTAMPTZ -> time(type, column, row);
      case BINARY -> text(Base64.getEncoder().encodeToString(new byte[] {(byte) row, 7}));
      case UUID -> text(new UUID(random.nextLong(), row).toString());
    };
  }

  private String word(long row) {
    return switch (random.nextInt(3)) {
      case 0 -> "w" + random.nextInt(FEW);
      case 1 -> "é-" + row;
      default -> "row " + Long.toHexString(random.nextLong());
    };
  }

  /** A second for each row, with disorder of a minute, written as the dataset declares. */
  private String time(Scalar type, ColumnSpec column, long row) {
    Instant at = FIRST.plusSeconds(row - random.nextInt(60)).plusMillis(random.nextInt(1000));
    TimeSpec time = dataset.time();
    List<String> formats =
        !column.formats().isEmpty() || time == null ? column.formats() : time.formats();
    String format = formats.isEmpty() ? "iso" : formats.get(random.nextInt(formats.size()));
    ZoneId zone = time == null ? ZoneOffset.UTC : time.zone();
    return switch (format) {
      case "epoch-s" -> Long.toString(at.getEpochSecond());
      case "epoch-ms" -> Long.toString(at.toEpochMilli());
      case "epoch-us" -> at.toEpochMilli() + "000";
      case "iso" ->
          text(
              type == Scalar.TIMESTAMPTZ
                  ? at.toString()
                  : at.atZone(ZoneOffset.UTC).toLocalDateTime().toString());
      default -> text(DateTimeFormatter.ofPattern(format).format(at.atZone(zone)));
    };
  }

  private static String text(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}

package io.moulin.load;

import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetSpec.UnknownFields;
import io.moulin.spec.DeadLetterSpec;
import io.moulin.spec.DedupSpec;
import io.moulin.spec.Place;
import io.moulin.spec.SourceSpec;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.TypeParser;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Datasets for tests, one field after the other. */
final class Datasets {
  private static final Place AT = Place.of("datasets/test.yml");

  private final String name;
  private final List<ColumnSpec> columns = new ArrayList<>();
  private List<String> key = List.of();
  private List<String> nulls = List.of("null", "");
  private @Nullable TimeSpec time;
  private @Nullable String contract;
  private long maxDeadLetters;

  private Datasets(String name) {
    this.name = name;
  }

  static Datasets named(String name) {
    return new Datasets(name);
  }

  Datasets column(String column, String type) {
    return column(column, type, type, false);
  }

  Datasets column(String column, String type, String silver, boolean round) {
    columns.add(column(column, type, silver, false, round));
    return this;
  }

  Datasets required(String column, String type) {
    columns.add(column(column, type, type, true, false));
    return this;
  }

  private static ColumnSpec column(
      String column, String type, String silver, boolean required, boolean round) {
    return new ColumnSpec(
        column,
        TypeParser.parse(type),
        column,
        TypeParser.parse(silver),
        "",
        required,
        round,
        List.of(),
        null,
        AT);
  }

  Datasets key(String... columns) {
    key = List.of(columns);
    return this;
  }

  Datasets nulls(String... texts) {
    nulls = List.of(texts);
    return this;
  }

  Datasets time(String column, String... formats) {
    time =
        new TimeSpec(
            column,
            List.of(formats),
            ZoneOffset.UTC,
            Duration.ofMinutes(5),
            null,
            null,
            Duration.ofSeconds(30));
    return this;
  }

  Datasets contract(String file) {
    contract = file;
    return this;
  }

  Datasets maxDeadLetters(long max) {
    maxDeadLetters = max;
    return this;
  }

  DatasetSpec spec() {
    return new DatasetSpec(
        name,
        name,
        "",
        new SourceSpec(name + ".raw", 3, Duration.ofDays(3), SourceSpec.Format.JSON, contract),
        new DeadLetterSpec(name + ".dlq", 1, Duration.ofDays(7), maxDeadLetters),
        time,
        columns,
        UnknownFields.KEEP,
        nulls,
        List.of(),
        List.of(),
        key.isEmpty()
            ? null
            : new DedupSpec(key, Duration.ofDays(1), DedupSpec.Across.PARTITION, AT),
        null,
        List.of(),
        List.of(),
        AT);
  }
}

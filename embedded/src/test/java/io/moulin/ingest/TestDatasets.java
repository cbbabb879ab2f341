package io.moulin.ingest;

import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetSpec.UnknownFields;
import io.moulin.spec.DeadLetterSpec;
import io.moulin.spec.DedupSpec;
import io.moulin.spec.DerivedSpec;
import io.moulin.spec.KeySpec;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.PartitionSpec.Transform;
import io.moulin.spec.Place;
import io.moulin.spec.PrivacySpec;
import io.moulin.spec.RuleSpec;
import io.moulin.spec.RuleSpec.Otherwise;
import io.moulin.spec.SourceSpec;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.TypeParser;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Datasets for tests, put together piece by piece. */
final class TestDatasets {
  private static final Place AT = Place.of("datasets/test.yml");

  final List<ColumnSpec> columns = new ArrayList<>();
  final List<DerivedSpec> derived = new ArrayList<>();
  final List<RuleSpec> rules = new ArrayList<>();
  final List<PartitionSpec> partition = new ArrayList<>();
  final List<PrivacySpec> privacy = new ArrayList<>();
  List<String> nulls = List.of();
  UnknownFields unknownFields = UnknownFields.KEEP;
  SourceSpec source =
      new SourceSpec("test.events.raw", 4, Duration.ofDays(3), SourceSpec.Format.JSON, null);
  @Nullable TimeSpec time;
  @Nullable DedupSpec dedup;
  @Nullable KeySpec key;

  TestDatasets column(String name, String type) {
    return column(name, type, name, type);
  }

  TestDatasets column(String name, String type, String as, String silver) {
    columns.add(column(name, type, as, silver, false, false));
    return this;
  }

  TestDatasets required(String name, String type) {
    columns.add(column(name, type, name, type, true, false));
    return this;
  }

  private static ColumnSpec column(
      String name, String type, String as, String silver, boolean required, boolean round) {
    return new ColumnSpec(
        name,
        TypeParser.parse(type),
        as,
        TypeParser.parse(silver),
        "",
        required,
        round,
        List.of(),
        null,
        AT);
  }

  TestDatasets derive(String name, String type, String sql) {
    derived.add(new DerivedSpec(name, TypeParser.parse(type), sql, "", AT));
    return this;
  }

  TestDatasets rule(String name, String expect, Otherwise otherwise) {
    rules.add(new RuleSpec(name, expect, otherwise, false, "", AT));
    return this;
  }

  TestDatasets nullPasses(String name, String expect) {
    rules.add(new RuleSpec(name, expect, Otherwise.QUARANTINE, true, "", AT));
    return this;
  }

  TestDatasets dedup(Duration within, String... key) {
    return dedup(within, DedupSpec.Across.PARTITION, key);
  }

  TestDatasets dedup(Duration within, DedupSpec.Across across, String... key) {
    dedup = new DedupSpec(List.of(key), within, across, AT);
    return this;
  }

  TestDatasets key(String name, String... of) {
    key = new KeySpec(name, List.of(of), KeySpec.Hash.MD5, AT);
    return this;
  }

  TestDatasets partition(String column, Transform transform) {
    partition.add(new PartitionSpec(column, transform));
    return this;
  }

  TestDatasets privacy(String column, PrivacySpec.Then then) {
    privacy.add(new PrivacySpec(column, then, AT));
    return this;
  }

  TestDatasets time(String column, Duration watermark, TimeSpec.@Nullable LatenessSpec lateness) {
    return time(column, ZoneOffset.UTC, watermark, lateness, null);
  }

  TestDatasets time(
      String column,
      ZoneId zone,
      Duration watermark,
      TimeSpec.@Nullable LatenessSpec lateness,
      @Nullable Duration ahead) {
    time =
        new TimeSpec(
            column, List.of("iso"), zone, watermark, lateness, ahead, Duration.ofSeconds(30));
    return this;
  }

  DatasetSpec build() {
    return new DatasetSpec(
        "test.events",
        "events",
        "",
        source,
        new DeadLetterSpec("test.events.dlq", 1, Duration.ofDays(7), 0),
        time,
        columns,
        unknownFields,
        nulls,
        derived,
        rules,
        dedup,
        key,
        partition,
        privacy,
        AT);
  }
}

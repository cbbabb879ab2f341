package io.moulin.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.commit.Tally;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.PartitionSpec.Transform;
import io.moulin.spec.PrivacySpec;
import io.moulin.spec.RuleSpec.Otherwise;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.TimeSpec.LatenessSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchPassTest {
  @TempDir Path folder;

  @Test
  void everyRowEndsInExactlyOneCountedPlace() throws Exception {
    DatasetSpec dataset =
        new TestDatasets()
            .column("ID", "long", "id", "int")
            .column("amount", "double", "amount", "decimal(10,2)")
            .rule("AMOUNT_NOT_POSITIVE", "amount > 0", Otherwise.QUARANTINE)
            .rule("AMOUNT_HIGH", "amount < 1000", Otherwise.FLAG)
            .rule("TEST_ROW", "id <> 99", Otherwise.FILTER)
            .dedup(Duration.ofHours(1), "id", "amount")
            .build();
    try (IngestBed bed = new IngestBed(folder, dataset)) {
      bed.send(
              0,
              "{\"ID\":1,\"amount\":24.18}",
              "{\"ID\":2,\"amount\":-1}",
              "{\"ID\":1,\"amount\":24.18}",
              "{\"ID\":3,\"amount\":5000}",
              "{\"ID\":99,\"amount\":1}",
              "{\"ID\":\"x\",\"amount\":1}",
              "{\"ID\":3000000000,\"amount\":1.005}",
              "{\"ID\":4,\"amount\":null}",
              "not json")
          .commit();
      assertThat(bed.balance().problems()).isEmpty();
      Tally total = bed.balance().total();
      assertThat(total.consumed()).isEqualTo(9);
      assertThat(total.dead()).isEqualTo(1);
      assertThat(total.bronze()).isEqualTo(8);
      assertThat(total.duplicate()).isEqualTo(1);
      assertThat(total.filtered()).isEqualTo(1);
      assertThat(total.silver()).isEqualTo(2);
      assertThat(bed.rows(Layer.SILVER, "id, amount, dq_valid, dq_flags, _partition, _offset"))
          .containsExactly("1|24.18|true|[]|0|0", "3|5000.00|false|[AMOUNT_HIGH]|0|3");
      assertThat(bed.rows(Layer.QUARANTINE, "ID, amount, _malformed, _reasons, _reason"))
          .containsExactly(
              "2|-1.0|null|[AMOUNT_NOT_POSITIVE]|AMOUNT_NOT_POSITIVE",
              "null|1.0|{\"ID\":\"x\"}|[CAST_ID]|CAST_ID",
              "3000000000|1.005|null|[CAST_ID, CAST_AMOUNT, AMOUNT_NOT_POSITIVE]|CAST_ID",
              "4|null|null|[AMOUNT_NOT_POSITIVE]|AMOUNT_NOT_POSITIVE");
      assertThat(bed.rows(Layer.DEAD_LETTERS, "payload, error_type, _topic, _offset"))
          .containsExactly("not json|MALFORMED_JSON|test.events.raw|8");
    }
  }

  @Test
  void everyTypeArrivesAsItIs() throws Exception {
    DatasetSpec dataset =
        new TestDatasets()
            .column("b", "boolean")
            .column("i", "int")
            .column("l", "long")
            .column("f", "float")
            .column("d", "double")
            .column("m", "decimal(38,9)")
            .column("s", "string")
            .column("dt", "date")
            .column("t", "time")
            .column("ts", "timestamp")
            .column("tz", "timestamptz")
            .column("bin", "binary")
            .column("u", "uuid")
            .column("li", "list<decimal(20,2)>")
            .column("ma", "map<string, long>")
            .column("st", "struct<a: int, b: list<struct<c: timestamp>>>")
            .build();
    try (IngestBed bed = new IngestBed(folder, dataset)) {
      bed.send(
              0,
              """
              {"b":true,"i":-2147483648,"l":9223372036854775807,"f":1.5,"d":1e-7,
               "m":12345678901234567890123456789.123456789,"s":"h\\u00e9\\u0000é😀","dt":"2024-02-29",
               "t":"23:59:59.999999","ts":"2024-01-01T00:32:47.5","tz":"2024-01-01T01:00:00+01:00",
               "bin":"AQL/","u":"0f5e72b8-6757-430e-8dbb-92b70ae0b848","li":[1.10,null,123456789012345678.99],
               "ma":{"x":1,"y":null},"st":{"a":1,"b":[{"c":"2024-01-01T00:00:00"}]}}""",
              "{}")
          .commit();
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(
              bed.rows(
                  Layer.SILVER,
                  "* EXCLUDE (dq_valid, dq_flags, _partition, _offset, _record_time, _ingested_at)"))
          .containsExactly(
              "true|-2147483648|9223372036854775807|1.5|1e-07|12345678901234567890123456789.123456789"
                  + "|hé\0é😀|2024-02-29|23:59:59.999999|2024-01-01 00:32:47.5|2024-01-01 00:00:00+00"
                  + "|\\x01\\x02\\xFF|0f5e72b8-6757-430e-8dbb-92b70ae0b848|[1.10, NULL, 123456789012345678.99]"
                  + "|{x=1, y=NULL}|{'a': 1, 'b': [{'c': '2024-01-01 00:00:00'}]}",
              "null" + "|null".repeat(15));
    }
  }

  @Test
  void derivedColumnsKeysPartitionsAndPrivacy() throws Exception {
    DatasetSpec dataset =
        new TestDatasets()
            .column("email", "string")
            .column("ts", "timestamp")
            .column("n", "string")
            .derive("day", "date", "CAST(ts AS DATE)")
            .derive("number", "int", "CAST(n AS INTEGER)")
            .derive("twice", "int", "number * 2")
            .key("event_id", "email", "ts")
            .partition("day", Transform.IDENTITY)
            .partition("ts", Transform.HOUR)
            .privacy("email", PrivacySpec.Then.SHA256)
            .time("ts", Duration.ZERO, null)
            .build();
    try (IngestBed bed = new IngestBed(folder, dataset)) {
      bed.send(
              1,
              "{\"email\":\" A@b.c \",\"ts\":\"2024-01-01T05:00:00\",\"n\":\"21\"}",
              "{\"email\":\"x\",\"ts\":null,\"n\":null}",
              "{\"email\":\"x\",\"ts\":\"2024-01-02 00:00:00\",\"n\":\"oops\"}")
          .commit();
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(bed.rows(Layer.SILVER, "email, day, number, twice, length(event_id)"))
          .containsExactlyInAnyOrder(
              sha256("a@b.c") + "|2024-01-01|21|42|32", sha256("x") + "|null|null|null|32");
      assertThat(bed.rows(Layer.QUARANTINE, "n, _reasons")).containsExactly("oops|[DERIVE_NUMBER]");
      assertThat(bed.table(Layer.SILVER).newScan().planFiles())
          .extracting(task -> String.valueOf(task.file().partition()))
          .containsExactlyInAnyOrder(
              "PartitionData{day=19723, ts_hour=473357}", "PartitionData{day=null, ts_hour=null}");
      assertThat(bed.balance().positions())
          .hasEntrySatisfying(
              1, range -> assertThat(range.maxEventTime()).isEqualTo(1_704_085_200_000_000L));
    }
  }

  private static String sha256(String text) throws Exception {
    byte[] hash =
        java.security.MessageDigest.getInstance("SHA-256")
            .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return java.util.HexFormat.of().formatHex(hash);
  }

  @Test
  void dedupRemembersAcrossBatchesAndRuns() throws Exception {
    DatasetSpec dataset =
        new TestDatasets().column("id", "long").dedup(Duration.ofMinutes(10), "id").build();
    byte[] one = "{\"id\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    long now = IngestBed.NOW.toEpochMilli();
    try (IngestBed bed = new IngestBed(folder, dataset)) {
      bed.send(0, now, one).commit();
      bed.send(0, now + 60_000, one).commit();
      bed.restart();
      bed.send(0, now + 120_000, one).commit();
      assertThat(bed.balance().total().duplicate()).isEqualTo(2);
      bed.restart();
      bed.send(0, now + 11 * 60_000, one).commit();
      assertThat(bed.balance().total().duplicate()).isEqualTo(2);
      assertThat(bed.balance().total().silver()).isEqualTo(2);
      assertThat(bed.balance().problems()).isEmpty();
    }
  }

  /** More than DuckDB hands over, and takes, in one chunk. */
  @Test
  void aBatchMayBeMadeOfDuplicates() throws Exception {
    DatasetSpec dataset =
        new TestDatasets().column("id", "long").dedup(Duration.ofMinutes(10), "id").build();
    byte[] one = "{\"id\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    try (IngestBed bed = new IngestBed(folder, dataset)) {
      for (int i = 0; i < 5_000; i++) {
        bed.send(0, IngestBed.NOW.toEpochMilli(), one);
      }
      bed.commit();
      assertThat(bed.balance().total().duplicate()).isEqualTo(4_999);
      assertThat(bed.balance().problems()).isEmpty();
    }
  }

  @Test
  void lateRowsAreFlaggedOrRoutedOrDropped() throws Exception {
    for (TimeSpec.Then then : TimeSpec.Then.values()) {
      LatenessSpec lateness = new LatenessSpec(Duration.ofMinutes(30), then);
      DatasetSpec dataset =
          new TestDatasets()
              .column("ts", "timestamp")
              .time("ts", Duration.ofMinutes(5), lateness)
              .build();
      try (IngestBed bed = new IngestBed(folder.resolve(then.name()), dataset)) {
        bed.send(0, "{\"ts\":\"2024-01-01T10:00:00\"}").commit();
        bed.restart();
        bed.send(
                0,
                "{\"ts\":\"2024-01-01T09:25:00\"}",
                "{\"ts\":\"2024-01-01T09:24:59\"}",
                "{\"ts\":null}")
            .send(1, "{\"ts\":\"2024-01-01T01:00:00\"}")
            .commit();
        assertThat(bed.balance().problems()).isEmpty();
        Tally total = bed.balance().total();
        assertThat(List.of(total.lateFlagged(), total.lateRouted(), total.lateDropped()))
            .isEqualTo(
                switch (then) {
                  case FLAG -> List.of(1L, 0L, 0L);
                  case ROUTE -> List.of(0L, 1L, 0L);
                  case DROP -> List.of(0L, 0L, 1L);
                });
        assertThat(total.bronze()).isEqualTo(5);
        assertThat(total.silver()).isEqualTo(then == TimeSpec.Then.FLAG ? 5 : 4);
        if (then == TimeSpec.Then.FLAG) {
          assertThat(bed.rows(Layer.SILVER, "ts, is_late_arrival"))
              .containsExactlyInAnyOrder(
                  "2024-01-01 10:00:00|false",
                  "2024-01-01 09:25:00|false",
                  "2024-01-01 09:24:59|true",
                  "null|false",
                  "2024-01-01 01:00:00|false");
        }
        if (then == TimeSpec.Then.ROUTE) {
          assertThat(bed.rows(Layer.LATE, "ts, is_late_arrival"))
              .containsExactly("2024-01-01 09:24:59|true");
        }
      }
    }
  }

  @Test
  void aRuleThatErrsOnARowIsAViolationOfThatRow() throws Exception {
    DatasetSpec dataset =
        new TestDatasets()
            .column("s", "string")
            .rule("NUMERIC", "CAST(s AS INTEGER) > 0", Otherwise.QUARANTINE)
            .nullPasses("SHORT", "CAST(s AS INTEGER) < 100")
            .build();
    try (IngestBed bed = new IngestBed(folder, dataset)) {
      bed.send(0, "{\"s\":\"5\"}", "{\"s\":\"x\"}", "{\"s\":null}", "{\"s\":\"500\"}").commit();
      assertThat(bed.rows(Layer.SILVER, "s")).containsExactly("5");
      assertThat(bed.rows(Layer.QUARANTINE, "s, _reasons"))
          .containsExactly("x|[NUMERIC, SHORT]", "null|[NUMERIC]", "500|[SHORT]");
    }
  }

  @Test
  void aFailingRuleCommitsNothing() throws Exception {
    DatasetSpec dataset =
        new TestDatasets()
            .required("id", "long")
            .rule("POSITIVE", "id > 0", Otherwise.FAIL)
            .build();
    try (IngestBed bed = new IngestBed(folder, dataset)) {
      bed.send(0, "{\"id\":1}", "{\"id\":-1}");
      assertThatThrownBy(bed::commit)
          .isInstanceOf(MoulinException.class)
          .hasMessageContaining("Rule POSITIVE is violated by the row at partition 0, offset 1");
      assertThat(bed.balance().total()).isEqualTo(Tally.ZERO);
    }
  }

  @Test
  void unknownFieldsAndNullTexts() throws Exception {
    TestDatasets parts = new TestDatasets().column("id", "long").required("name", "string");
    parts.nulls = List.of("NULL", "");
    try (IngestBed bed = new IngestBed(folder, parts.build())) {
      bed.send(
              0,
              "{\"id\":\"NULL\",\"name\":\"a\",\"more\":{\"x\": [1, 2]},\"é\":1e400}",
              "{\"name\":\"\"}")
          .commit();
      assertThat(bed.rows(Layer.BRONZE, "id, name, _malformed, _extra"))
          .containsExactly("null|a|null|{\"more\":{\"x\": [1, 2]},\"é\":1e400}", "null||null|null");
      assertThat(bed.rows(Layer.QUARANTINE, "name, _reasons")).containsExactly("|[NULL_NAME]");
    }
  }

  @Test
  void namesMayBeAnything() throws Exception {
    DatasetSpec dataset =
        new TestDatasets()
            .column("select", "long", "order", "int")
            .column("total amount", "double", "total amount", "decimal(10,2)")
            .column("Größe.cm", "struct<\u00e9: int>")
            .column("it's \"q\"", "string", "it's \"q\"", "string")
            .derive("group", "int", "\"order\" + 1")
            .rule("BIG", "\"total amount\" > 1", Otherwise.QUARANTINE)
            .dedup(Duration.ofHours(1), "order", "it's \"q\"")
            .key("from", "order", "total amount")
            .partition("it's \"q\"", Transform.IDENTITY)
            .build();
    try (IngestBed bed = new IngestBed(folder, dataset)) {
      String row =
          "{\"select\":7,\"total amount\":2.5,\"Größe.cm\":{\"é\":1},\"it's \\\"q\\\"\":\"x\"}";
      bed.send(0, row).commit();
      bed.restart();
      bed.send(0, row, "{\"it's \\\"q\\\"\":5}").commit();
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(bed.rows(Layer.SILVER, "\"order\", \"total amount\", \"Größe.cm\", \"group\""))
          .containsExactly("7|2.50|{'é': 1}|8");
      assertThat(bed.rows(Layer.QUARANTINE, "_reason, len(_reasons)"))
          .containsExactly("CAST_IT'S \"Q\"|2");
      assertThat(bed.balance().total().duplicate()).isEqualTo(1);
    }
  }

  @Test
  void aKeyMayGetAColumnThatOlderFilesDoNotHave() throws Exception {
    TestDatasets before = new TestDatasets().column("id", "long").dedup(Duration.ofHours(1), "id");
    try (IngestBed bed = new IngestBed(folder, before.build())) {
      bed.send(0, "{\"id\":1}", "{\"id\":2}").commit();
      bed.redeclare(
          new TestDatasets()
              .column("id", "long")
              .column("version", "int")
              .dedup(Duration.ofHours(1), "id", "version")
              .build());
      bed.send(0, "{\"id\":1}", "{\"id\":2,\"version\":1}").commit();
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(bed.balance().total().duplicate()).isEqualTo(1);
      assertThat(bed.rows(Layer.SILVER, "id, version"))
          .containsExactlyInAnyOrder("1|null", "2|null", "2|1");
    }
  }
}

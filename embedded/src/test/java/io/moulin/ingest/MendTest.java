package io.moulin.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.commit.Committable;
import io.moulin.commit.Committer;
import io.moulin.ingest.FaultyCatalog.Crash;
import io.moulin.ingest.FaultyCatalog.Fault;
import io.moulin.ingest.mend.DeadLetterReplay;
import io.moulin.ingest.mend.Discarding;
import io.moulin.ingest.mend.MendJob;
import io.moulin.ingest.mend.Outcome;
import io.moulin.ingest.mend.PatchLine;
import io.moulin.ingest.mend.QuarantineReplay;
import io.moulin.ingest.mend.Range;
import io.moulin.ingest.mend.Rebuilding;
import io.moulin.ingest.mend.RowChoice;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DedupSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Place;
import io.moulin.spec.RuleSpec.Otherwise;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.TimeSpec.LatenessSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that were ingested are judged again, rebuilt or given up; the books balance throughout. */
class MendTest {
  private static final String PLACE = "_partition || ':' || _offset";
  private static final RowChoice QUARANTINE = RowChoice.all(Layer.QUARANTINE);

  @TempDir Path folder;

  private static TestDatasets strict(String rule) {
    return new TestDatasets()
        .column("id", "long")
        .column("amount", "decimal(10,2)")
        .rule("SMALL", rule, Otherwise.QUARANTINE)
        .dedup(Duration.ofHours(1), "id");
  }

  private static MendJob job(IngestBed bed, int batchRows) {
    return bed.mendJob(batchRows);
  }

  private static IngestBed sent(IngestBed bed) throws Exception {
    return bed.send(0, "{\"id\":1,\"amount\":5}", "{\"id\":2,\"amount\":50}", "bad")
        .send(1, "{\"id\":3,\"amount\":70}", "{\"id\":4,\"amount\":\"x\"}")
        .commit()
        .send(0, "{\"id\":2,\"amount\":7}", "{\"id\":5,\"amount\":500}")
        .commit();
  }

  @Test
  void rowsGoWhereTheRulesOfNowSayAndOnlyOnce() throws Exception {
    try (IngestBed bed = sent(new IngestBed(folder, strict("amount < 10").build()))) {
      assertThat(bed.rows(Layer.QUARANTINE, "id")).containsExactlyInAnyOrder("2", "3", "4", "5");
      bed.redeclare(strict("amount < 100").build());

      Outcome outcome = QuarantineReplay.run(job(bed, 1), QUARANTINE, List.of());

      // 2 came again and is in silver, 4 is no number, 5 is still too much.
      assertThat(outcome.places())
          .isEqualTo(Map.of("silver", 1L, "duplicate", 1L, "quarantine", 2L));
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(bed.rows(Layer.SILVER, "id")).containsExactlyInAnyOrder("1", "2", "3");
      assertThat(bed.rows(Layer.QUARANTINE, PLACE + ", _status, _resolution, _resolved_by"))
          .containsExactlyInAnyOrder(
              "0:1|replayed|duplicate|tester",
              "1:0|replayed|silver|tester",
              "1:1|open|null|null",
              "0:4|open|null|null");
      assertThat(bed.balance().total().quarantine()).isEqualTo(2);
      assertThat(bed.balance().mended().replayed()).isEqualTo(2);

      Outcome again =
          QuarantineReplay.run(
              job(bed, 100),
              new RowChoice(Layer.QUARANTINE, Optional.of("SMALL"), Optional.of("id = 3")),
              List.of());
      assertThat(again.rows()).isZero();
      assertThat(again.made()).isFalse();
      bed.restart();
      bed.send(0, "{\"id\":6,\"amount\":1}").commit();
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(bed.rows(Layer.SILVER, "id")).containsExactlyInAnyOrder("1", "2", "3", "6");
    }
  }

  @Test
  void patchesMendRowsAndARebuildKeepsThem() throws Exception {
    try (IngestBed bed = sent(new IngestBed(folder, strict("amount < 10").build()))) {
      assertThatThrownBy(
              () ->
                  QuarantineReplay.run(
                      job(bed, 10), QUARANTINE, List.of(new PatchLine(0, 4, "{\"amount\":\"?\"}"))))
          .isInstanceOf(MoulinException.class)
          .hasMessageContaining("cannot be used");
      List<PatchLine> patches =
          List.of(new PatchLine(1, 1, "{\"amount\":4.25}"), new PatchLine(1, 0, "{\"amount\":71}"));
      Outcome outcome = QuarantineReplay.run(job(bed, 100), QUARANTINE, patches);

      assertThat(outcome.places()).isEqualTo(Map.of("silver", 1L));
      assertThat(outcome.unmended()).isEqualTo(1);
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(bed.rows(Layer.SILVER, "id, amount")).contains("4|4.25");
      assertThat(bed.rows(Layer.QUARANTINE, PLACE + ", amount, _malformed, _status, _patch"))
          .contains("1:1|null|{\"amount\":\"x\"}|replayed|{\"amount\":4.25}")
          .contains("1:0|70.00|null|open|null");
      assertThat(
              Discarding.run(
                      job(bed, 100),
                      new RowChoice(Layer.QUARANTINE, Optional.empty(), Optional.of("id = 5")),
                      "a test")
                  .rows())
          .isEqualTo(1);
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(bed.balance().mended().discarded()).isEqualTo(1);
      assertThat(Rebuilding.run(job(bed, 2), Range.ALL, Rebuilding.Mode.MAKE).made()).isFalse();

      bed.redeclare(strict("amount < 1000").build());
      Outcome rebuilt = Rebuilding.run(job(bed, 2), Range.ALL, Rebuilding.Mode.MAKE);

      assertThat(rebuilt.made()).isTrue();
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(bed.rows(Layer.SILVER, "id, amount"))
          .containsExactlyInAnyOrder("1|5.00", "2|50.00", "3|70.00", "4|4.25");
      assertThat(bed.rows(Layer.QUARANTINE, PLACE + ", _status, _resolution"))
          .containsExactlyInAnyOrder("1:1|replayed|silver", "0:4|discarded|a test");
      assertThat(bed.balance().total().duplicate()).isEqualTo(1);
      assertThatThrownBy(
              () ->
                  QuarantineReplay.run(
                      job(bed, 10), QUARANTINE, List.of(new PatchLine(0, 99, "{\"id\":1}"))))
          .isInstanceOf(MoulinException.class)
          .hasMessageContaining("0:99");
    }
  }

  @Test
  void deadLettersThatAreMendedGoToBronzeAndOn() throws Exception {
    RowChoice dead = RowChoice.all(Layer.DEAD_LETTERS);
    try (IngestBed bed = sent(new IngestBed(folder, strict("amount < 10").build()))) {
      bed.send(1, "worse", "{\"id\":8,\"amount\":8}", "worst").commit();
      assertThat(DeadLetterReplay.run(job(bed, 10), dead, List.of()).made()).isFalse();
      List<PatchLine> patches =
          List.of(
              new PatchLine(0, 2, "{\"id\":9,\"amount\":9}"),
              new PatchLine(1, 2, "{\"id\":8,\"amount\":1}"));
      Outcome outcome = DeadLetterReplay.run(job(bed, 10), dead, patches);

      assertThat(outcome.places()).isEqualTo(Map.of("silver", 1L, "duplicate", 1L));
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(bed.balance().total().dead()).isEqualTo(1);
      assertThat(bed.rows(Layer.SILVER, PLACE + ", id")).contains("0:2|9", "1:3|8");
      assertThat(bed.rows(Layer.DEAD_LETTERS, PLACE + ", _status"))
          .containsExactlyInAnyOrder("0:2|replayed", "1:2|replayed", "1:4|open");
      assertThat(DeadLetterReplay.run(job(bed, 10), dead, patches).rows()).isZero();
      assertThat(Discarding.run(job(bed, 10), dead, "noise").rows()).isEqualTo(1);
      assertThat(bed.balance().problems()).isEmpty();
      // In the order of the topic the mended record came first, so that is the one to keep.
      assertThat(Rebuilding.run(job(bed, 3), Range.ALL, Rebuilding.Mode.DRY_RUN).made()).isTrue();
      assertThat(bed.rows(Layer.SILVER, PLACE)).contains("1:3");
      Rebuilding.run(job(bed, 3), Range.ALL, Rebuilding.Mode.MAKE);
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(bed.rows(Layer.SILVER, PLACE)).contains("0:2", "1:2").doesNotContain("1:3");
    }
  }

  @Test
  void aRebuildKeepsTheLastWhereThatIsDeclared() throws Exception {
    TestDatasets last = strict("amount < 10");
    last.dedup =
        new DedupSpec(
            List.of("id"),
            DedupSpec.Keep.LAST,
            Duration.ofHours(1),
            DedupSpec.Across.PARTITION,
            Place.of("datasets/test.yml"));
    try (IngestBed bed = new IngestBed(folder, last.build())) {
      bed.send(0, "{\"id\":1,\"amount\":1}", "{\"id\":2,\"amount\":1}").commit();
      bed.send(0, "{\"id\":1,\"amount\":2}", "{\"id\":1,\"amount\":3}").commit();
      bed.send(0, "{\"id\":1,\"amount\":99}").commit();
      assertThat(bed.rows(Layer.SILVER, "id, amount")).contains("1|1.00");

      assertThat(Rebuilding.run(job(bed, 2), Range.ALL, Rebuilding.Mode.MAKE).made()).isTrue();
      assertThat(bed.rows(Layer.SILVER, "id, amount"))
          .containsExactlyInAnyOrder("1|3.00", "2|1.00");
      assertThat(bed.balance().problems()).isEmpty();
      assertThat(bed.balance().total().duplicate()).isEqualTo(2);
      assertThat(Rebuilding.run(job(bed, 3), Range.ALL, Rebuilding.Mode.MAKE).made()).isFalse();
    }
  }

  @Test
  void aStreamThatRunsBesideBeginsAnew() throws Exception {
    try (IngestBed bed = sent(new IngestBed(folder, strict("amount < 10").build()))) {
      bed.send(0, "{\"id\":3,\"amount\":3}");
      Committable made = bed.finish();
      bed.redeclared(strict("amount < 100").build());
      QuarantineReplay.run(job(bed, 100), QUARANTINE, List.of());

      assertThatThrownBy(() -> bed.committer().commit(made))
          .isInstanceOf(MoulinException.class)
          .satisfies(e -> assertThat(((MoulinException) e).code()).isEqualTo(Committer.CORRECTED));
      bed.restart();
      bed.commit();
      assertThat(bed.balance().problems()).isEmpty();
      // It came to another partition, so it is no duplicate; what counts is that it came once.
      assertThat(bed.rows(Layer.SILVER, "id")).containsExactlyInAnyOrder("1", "2", "3", "3");
    }
  }

  @Test
  void everyFaultAtEveryTableOfACorrection() throws Exception {
    for (Fault fault : Fault.values()) {
      for (int step = 0; step < (fault == Fault.NONE ? 1 : 4); step++) {
        FaultyCatalog catalog = new FaultyCatalog();
        Path own = folder.resolve(fault + "-" + step);
        String when = fault + " at table " + step;
        try (IngestBed bed = sent(new IngestBed(own, strict("amount < 10").build(), catalog))) {
          bed.redeclare(strict("amount < 100").build());
          int[] commit = {0};
          int target = step;
          catalog.failBy(() -> commit[0]++ == target ? fault : Fault.NONE);
          try {
            QuarantineReplay.run(job(bed, 100), QUARANTINE, List.of());
          } catch (Crash | MoulinException e) {
            assertThat(fault).as(when).isNotEqualTo(Fault.NONE);
          }
          catalog.failBy(() -> Fault.NONE);
          bed.restart();
          assertThat(bed.balance().problems()).as(when).isEmpty();
          QuarantineReplay.run(job(bed, 100), QUARANTINE, List.of());
          assertThat(bed.balance().problems()).as(when).isEmpty();
          assertThat(bed.rows(Layer.SILVER, "id"))
              .as(when)
              .containsExactlyInAnyOrder("1", "2", "3");
          assertThat(bed.balance().mended().replayed()).as(when).isEqualTo(2);
        }
      }
    }
  }

  @Test
  void whatIsRebuiltIsWhatWasStreamed() throws Exception {
    long seed = System.nanoTime();
    for (TimeSpec.Then then : TimeSpec.Then.values()) {
      DatasetSpec dataset =
          new TestDatasets()
              .column("id", "long")
              .column("ts", "timestamp")
              .rule("SMALL", "id < 190", Otherwise.QUARANTINE)
              .rule("ODD", "id % 2 = 1", Otherwise.FLAG)
              .rule("SOME", "id <> 7", Otherwise.FILTER)
              .dedup(Duration.ofMinutes(5), "id")
              .time("ts", Duration.ofSeconds(30), new LatenessSpec(Duration.ofMinutes(1), then))
              .build();
      try (IngestBed bed = new IngestBed(folder.resolve(then.name()), dataset)) {
        Random random = new Random(seed);
        Instant now = IngestBed.NOW;
        for (int i = 0; i < 300; i++) {
          now = now.plusMillis(random.nextInt(4_000));
          LocalDateTime event =
              LocalDateTime.ofInstant(now.minusSeconds(random.nextInt(180)), ZoneOffset.UTC);
          String payload =
              "{\"id\":%d,\"ts\":\"%s\"}"
                  .formatted(
                      random.nextInt(200),
                      DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(event.withNano(0)));
          bed.send(random.nextInt(3), now.toEpochMilli(), payload.getBytes(StandardCharsets.UTF_8));
          if (random.nextInt(40) == 0) {
            bed.commit();
            bed.restart();
          }
        }
        bed.commit();
        String when = "seed %d, late rows: %s".formatted(seed, then);
        for (int rows : List.of(1000, 17)) {
          assertThat(Rebuilding.run(job(bed, rows), Range.ALL, Rebuilding.Mode.MAKE).made())
              .as(when)
              .isFalse();
        }
        Range middle =
            new Range(
                Optional.of(IngestBed.NOW.plusSeconds(120)),
                Optional.of(IngestBed.NOW.plusSeconds(400)));
        Outcome part = Rebuilding.run(job(bed, 29), middle, Rebuilding.Mode.MAKE);
        assertThat(part.rows()).as(when).isPositive();
        assertThat(part.made()).as(when).isFalse();
      }
    }
  }
}

package io.moulin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.commit.Tally;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a row does not depend on where batches, commits and runs end. */
class DeterminismTest {
  private static final int RECORDS = 400;

  @TempDir Path folder;

  private record Sent(int partition, long recordTime, String payload) {}

  @Test
  void batchBordersAndRestartsChangeNothing() throws Exception {
    for (TimeSpec.Then then : List.of(TimeSpec.Then.ROUTE, TimeSpec.Then.DROP)) {
      batchBordersAndRestartsChangeNothing(then);
    }
  }

  private void batchBordersAndRestartsChangeNothing(TimeSpec.Then then) throws Exception {
    long seed = System.nanoTime();
    DatasetSpec dataset =
        new TestDatasets()
            .column("id", "long")
            .column("ts", "timestamp")
            .rule("SMALL", "id < 190", Otherwise.QUARANTINE)
            .rule("ODD", "id % 2 = 1", Otherwise.FLAG)
            .dedup(Duration.ofMinutes(5), "id")
            .time("ts", Duration.ofSeconds(30), new LatenessSpec(Duration.ofMinutes(1), then))
            .build();
    List<Sent> records = records(new Random(seed));
    List<String> silver = List.of();
    List<String> late = List.of();
    Tally total = Tally.ZERO;
    for (int size : List.of(RECORDS, 83)) {
      try (IngestBed bed = new IngestBed(folder.resolve(then + "-" + size), dataset)) {
        int inBatch = 0;
        for (Sent record : records) {
          bed.send(
              record.partition, record.recordTime, record.payload.getBytes(StandardCharsets.UTF_8));
          if (++inBatch == size) {
            bed.commit();
            bed.restart();
            inBatch = 0;
          }
        }
        bed.commit();
        String when = "seed %d, %s, batches of %d".formatted(seed, then, size);
        assertThat(bed.balance().problems()).as(when).isEmpty();
        String columns = "_partition, _offset, id, ts, dq_flags, is_late_arrival";
        if (silver.isEmpty()) {
          silver = bed.rows(Layer.SILVER, columns);
          late = late(bed, then, columns);
          total = bed.balance().total();
          assertThat(total.duplicate()).as(when).isPositive();
          assertThat(total.lateRouted() + total.lateDropped()).as(when).isPositive();
        }
        assertThat(bed.rows(Layer.SILVER, columns))
            .as(when)
            .containsExactlyInAnyOrderElementsOf(silver);
        assertThat(late(bed, then, columns)).as(when).containsExactlyInAnyOrderElementsOf(late);
        assertThat(bed.balance().total()).as(when).isEqualTo(total);
      }
    }
  }

  private static List<String> late(IngestBed bed, TimeSpec.Then then, String columns)
      throws Exception {
    return then == TimeSpec.Then.ROUTE ? bed.rows(Layer.LATE, columns) : List.of();
  }

  /**
   * Ids that come back after seconds or after longer than they are remembered, times in disorder.
   */
  private static List<Sent> records(Random random) {
    List<Sent> records = new ArrayList<>();
    Instant now = IngestBed.NOW;
    for (int i = 0; i < RECORDS; i++) {
      now = now.plusMillis(random.nextInt(4_000));
      LocalDateTime event =
          LocalDateTime.ofInstant(now.minusSeconds(random.nextInt(180)), ZoneOffset.UTC)
              .withNano(0);
      String payload =
          "{\"id\":%d,\"ts\":\"%s\"}"
              .formatted(random.nextInt(200), DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(event));
      long recordTime = now.toEpochMilli() - random.nextInt(90_000); // as other producers' clocks
      records.add(new Sent(random.nextInt(3), recordTime, payload));
    }
    return records;
  }
}

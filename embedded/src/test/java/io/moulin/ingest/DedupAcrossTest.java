package io.moulin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DedupSpec.Across;
import io.moulin.spec.Layer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are equal in different partitions of the topic. */
class DedupAcrossTest {
  private static final long NOW = IngestBed.NOW.toEpochMilli();
  private static final byte[] ONE = "{\"id\":1}".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void aTopicIsLookedThroughAcrossPartitionsBatchesAndRuns() throws Exception {
    try (IngestBed bed = new IngestBed(folder, dataset(Across.TOPIC))) {
      bed.send(0, NOW, ONE).send(1, NOW, ONE).commit();
      assertThat(bed.balance().total().duplicate()).isEqualTo(1);
      bed.send(2, NOW + 60_000, ONE).commit();
      assertThat(bed.balance().total().duplicate()).isEqualTo(2);
      bed.restart();
      bed.send(3, NOW + 120_000, ONE).send(1, NOW + 120_000, ONE).commit();
      assertThat(bed.balance().total().duplicate()).isEqualTo(4);
      bed.restart();
      bed.send(1, NOW + 11 * 60_000, ONE).send(0, NOW + 12 * 60_000, ONE).commit();
      assertThat(bed.rows(Layer.SILVER, "_partition, id")).containsExactlyInAnyOrder("0|1", "1|1");
      assertThat(bed.balance().problems()).isEmpty();
    }
  }

  @Test
  void aPartitionThatIsReadLaterFindsTheKeysOfItsTime() throws Exception {
    try (IngestBed bed = new IngestBed(folder, dataset(Across.TOPIC))) {
      bed.send(0, NOW, ONE)
          .send(0, NOW + 20 * 60_000, "{\"id\":2}".getBytes(StandardCharsets.UTF_8));
      bed.commit();
      bed.restart();
      bed.send(1, NOW + 60_000, ONE).commit();
      assertThat(bed.balance().total().duplicate()).isEqualTo(1);
    }
  }

  @Test
  void byDefaultEveryPartitionIsByItself() throws Exception {
    try (IngestBed bed = new IngestBed(folder, dataset(Across.PARTITION))) {
      bed.send(0, NOW, ONE).send(1, NOW, ONE).send(1, NOW, ONE).commit();
      assertThat(bed.balance().total().duplicate()).isEqualTo(1);
      assertThat(bed.rows(Layer.SILVER, "_partition")).containsExactlyInAnyOrder("0", "1");
    }
  }

  private static DatasetSpec dataset(Across across) {
    return new TestDatasets()
        .column("id", "long")
        .dedup(Duration.ofMinutes(10), across, "id")
        .build();
  }
}

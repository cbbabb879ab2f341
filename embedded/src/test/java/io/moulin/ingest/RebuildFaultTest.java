package io.moulin.ingest;

import io.moulin.ingest.mend.MendJob;
import io.moulin.ingest.mend.Range;
import io.moulin.ingest.mend.Rebuilding;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A rebuild that fails at any of its commits: see {@link CorrectionFaults}. */
class RebuildFaultTest {
  /** Commits of the staging branches, of every table, and of tidying up. */
  private static final int COMMITS = 11;

  /** The hour from which a range is rebuilt. */
  private static final Range PART =
      new Range(Optional.of(IngestBed.NOW.plus(Duration.ofHours(1))), Optional.empty());

  @TempDir Path folder;

  private static IngestBed streamed(Path own, FaultyCatalog catalog) throws Exception {
    IngestBed bed = new IngestBed(own, CorrectionFaults.dataset("id < 10"), catalog);
    for (int hour = 0; hour < 3; hour++) {
      for (int i = 0; i < 8; i++) {
        send(bed, i % 2, hour, hour * 4 + i, i % 3 == 2 ? 30 : 0);
      }
      bed.commit();
    }
    bed.redeclare(CorrectionFaults.dataset("id < 12"));
    return bed;
  }

  private static void send(IngestBed bed, int partition, int hour, int id, int minutesBehind)
      throws Exception {
    String payload =
        "{\"id\":%d,\"ts\":\"2024-06-01T%02d:%02d:00\"}"
            .formatted(id, 12 + hour, 59 - minutesBehind);
    bed.send(
        partition,
        IngestBed.NOW.plus(Duration.ofHours(hour)).plusSeconds(3_540).toEpochMilli(),
        payload.getBytes(StandardCharsets.UTF_8));
  }

  private static void rebuild(IngestBed bed, Range range, Path own) {
    MendJob job =
        new MendJob(
            bed.dataset(),
            KilledStream.engine(5),
            bed.catalog(),
            own.resolve("mend"),
            own.resolve("locks").toString(),
            "tester",
            Clock.fixed(IngestBed.NOW.plus(Duration.ofDays(1)), ZoneOffset.UTC));
    Rebuilding.run(job, range, Rebuilding.Mode.MAKE);
  }

  @Test
  void everyFaultAtEveryCommitOfARebuild() throws Exception {
    everyFaultAtEveryCommit(Range.ALL);
  }

  @Test
  void everyFaultAtEveryCommitOfARebuildOfARange() throws Exception {
    everyFaultAtEveryCommit(PART);
  }

  private void everyFaultAtEveryCommit(Range range) throws Exception {
    new CorrectionFaults(
            folder,
            RebuildFaultTest::streamed,
            (bed, own) -> rebuild(bed, range, own),
            RebuildFaultTest::more)
        .everyFaultAtEveryCommit(COMMITS);
  }

  private static void more(IngestBed bed) throws Exception {
    for (int i = 0; i < 8; i++) {
      send(bed, i % 2, 3, 8 + i, i % 3 == 2 ? 30 : 0);
    }
  }
}

package io.moulin.bench.micro;

import io.moulin.decode.Decoders;
import io.moulin.ingest.IngestSql;
import io.moulin.ingest.RawRecord;
import io.moulin.ingest.Staging;
import io.moulin.duck.Duck;
import io.moulin.spec.DatasetSpec;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** A DuckDB with a batch of trips in it, as a job has it before it looks at them. */
final class StagedTrips implements AutoCloseable {
  static final int BATCH = 50_000;
  private static final long MEMORY_BYTES = 256_000_000;

  final DatasetSpec dataset = Trips.dataset();
  final Duck duck;
  private final byte[][] lines = Trips.lines();
  private final Staging staging;

  StagedTrips() throws SQLException {
    // Made only when something has to be spilled, and removed by who spilled it.
    Path folder = Path.of(System.getProperty("java.io.tmpdir"), "moulin-micro");
    duck = Duck.openOver(folder, List.of(), MEMORY_BYTES);
    for (String statement : new IngestSql(dataset, IngestSql.Source.RECORDS).staged()) {
      duck.run(statement);
    }
    duck.run(Staging.prepareDead());
    staging = new Staging(duck, dataset, Decoders.of(dataset));
  }

  void fill() throws SQLException {
    for (int i = 0; i < BATCH; i++) {
      staging.add(new RawRecord(0, i, i, null, lines[i % Trips.ROWS]));
    }
    staging.seal();
  }

  void clear() throws SQLException {
    staging.clear();
  }

  @Override
  public void close() throws SQLException {
    staging.close();
    duck.close();
  }
}

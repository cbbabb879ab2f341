package io.moulin.bench.micro;

import io.moulin.decode.Decoders;
import io.moulin.ingest.Duck;
import io.moulin.ingest.IngestSql;
import io.moulin.ingest.RawRecord;
import io.moulin.ingest.Staging;
import io.moulin.spec.DatasetSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A batch of records is decoded and appended to DuckDB, and the batch is emptied again. */
@State(Scope.Thread)
public class Appending extends PerSecond {
  private static final int BATCH = 50_000;
  private static final long MEMORY_BYTES = 256_000_000;

  private final byte[][] lines = Trips.lines();
  private final DatasetSpec dataset = Trips.dataset();

  // JMH calls open() first.
  @SuppressWarnings("NullAway.Init")
  private Duck duck;

  @SuppressWarnings("NullAway.Init")
  private Staging staging;

  @Setup
  public void open() throws SQLException, IOException {
    Path folder = Files.createTempDirectory("moulin-micro");
    duck = Duck.openOver(folder, List.of(), MEMORY_BYTES);
    for (String statement : new IngestSql(dataset, IngestSql.Source.RECORDS).staged()) {
      duck.run(statement);
    }
    duck.run(Staging.prepareDead());
    staging = new Staging(duck, dataset, Decoders.of(dataset));
  }

  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void decodeAndAppend() throws SQLException {
    for (int i = 0; i < BATCH; i++) {
      staging.add(new RawRecord(0, i, i, null, lines[i % Trips.ROWS]));
    }
    staging.seal();
    staging.clear();
  }

  @TearDown
  public void close() throws SQLException {
    staging.close();
    duck.close();
  }
}

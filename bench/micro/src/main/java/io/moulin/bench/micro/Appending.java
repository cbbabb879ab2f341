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
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A batch of records is decoded and appended to DuckDB, and the batch is emptied again. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class Appending {
  private static final int BATCH = 50_000;
  private static final long MEMORY_BYTES = 256_000_000;

  private final byte[][] lines = Trips.lines();

  // JMH calls open() first.
  @SuppressWarnings("NullAway.Init")
  private Duck duck;

  @SuppressWarnings("NullAway.Init")
  private Staging staging;

  @Setup
  public void open() throws SQLException, IOException {
    DatasetSpec dataset = Trips.dataset();
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

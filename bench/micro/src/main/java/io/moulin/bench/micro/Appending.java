package io.moulin.bench.micro;

import java.io.IOException;
import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A batch of records is decoded and appended to DuckDB, and the batch is emptied again. */
@State(Scope.Thread)
public class Appending extends PerSecond {
  // JMH calls open() first.
  @SuppressWarnings("NullAway.Init")
  private StagedTrips trips;

  @Setup
  public void open() throws SQLException, IOException {
    trips = new StagedTrips();
  }

  @Benchmark
  @OperationsPerInvocation(StagedTrips.BATCH)
  public void decodeAndAppend() throws SQLException {
    trips.fill();
    trips.clear();
  }

  @TearDown
  public void close() throws SQLException {
    trips.close();
  }
}

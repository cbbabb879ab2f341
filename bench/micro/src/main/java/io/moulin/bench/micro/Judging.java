package io.moulin.bench.micro;

import io.moulin.ingest.IngestSql;
import io.moulin.ingest.RowPass;
import io.moulin.spec.Layer;
import java.io.IOException;
import java.sql.SQLException;
import java.util.EnumMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The rows of a batch are cast, derived, hashed and judged by all rules: one statement of SQL. */
@State(Scope.Thread)
public class Judging extends PerSecond {
  // JMH calls open() first.
  @SuppressWarnings("NullAway.Init")
  private StagedTrips trips;

  @SuppressWarnings("NullAway.Init")
  private RowPass rows;

  @Setup
  public void open() throws SQLException, IOException {
    trips = new StagedTrips();
    trips.fill();
    rows =
        new RowPass(
            trips.dataset,
            new IngestSql(trips.dataset, IngestSql.Source.RECORDS),
            trips.duck,
            new EnumMap<>(Layer.class),
            partition -> {
              throw new IllegalStateException("Cannot remember: rows are judged one by one here");
            });
  }

  @Benchmark
  @OperationsPerInvocation(StagedTrips.BATCH)
  public void castDeriveJudge() throws SQLException {
    rows.begin();
    rows.check();
  }

  @TearDown
  public void close() throws SQLException {
    trips.close();
  }
}

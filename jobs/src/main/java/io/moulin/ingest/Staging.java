package io.moulin.ingest;

import io.moulin.decode.Decoder;
import io.moulin.decode.Undecodable;
import io.moulin.duck.Duck;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec.FieldSpec;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records into the staging tables of a DuckDB as they arrive: rows into {@code batch},
 * undecodable records into {@code dead}.
 */
public final class Staging implements AutoCloseable {
  static final String DEAD = "dead";

  private final Duck duck;
  private final Decoder decoder;
  private final StagedRows rows;
  private @Nullable DuckDBAppender deadLetters;
  private boolean begun;
  private int rowCount;
  private int deadCount;

  public Staging(Duck duck, DatasetSpec dataset, Decoder decoder) throws SQLException {
    this.duck = duck;
    this.decoder = decoder;
    this.rows = new StagedRows(duck, dataset);
  }

  /** The statement that makes {@code dead}. */
  public static String prepareDead() {
    return "CREATE TEMP TABLE %s (%s BLOB, %s BLOB, %s VARCHAR, %s VARCHAR, %s INTEGER, %s BIGINT, %s TIMESTAMPTZ)"
        .formatted(
            DEAD,
            DatasetTables.RECORD_KEY,
            DatasetTables.PAYLOAD,
            DatasetTables.ERROR_TYPE,
            DatasetTables.ERROR_MESSAGE,
            DatasetTables.PARTITION,
            DatasetTables.OFFSET,
            DatasetTables.RECORD_TIME);
  }

  /** The dead letters as rows of their table. */
  public static String deadRows(DatasetSpec dataset, String failedAt) {
    String resolution =
        DatasetTables.resolution().stream()
            .map(field -> resolution(field) + " AS " + field.name())
            .collect(Collectors.joining(", "));
    return "SELECT *, TIMESTAMPTZ '%s' AS %s, %s AS %s, %s FROM %s"
        .formatted(
            failedAt,
            DatasetTables.FAILED_AT,
            Sql.text(dataset.source().topic()),
            DatasetTables.TOPIC,
            resolution,
            DEAD);
  }

  private static String resolution(FieldSpec field) {
    return field.name().equals(DatasetTables.STATUS)
        ? Sql.text(DatasetTables.OPEN)
        : IngestSql.nothing(field);
  }

  /** Takes a record; returns the reason when it is a dead letter. */
  public @Nullable Undecodable add(RawRecord record) throws SQLException {
    return add(record, decoder);
  }

  /** The same, of a record that is written in another way than the others. */
  public @Nullable Undecodable add(RawRecord record, Decoder otherwise) throws SQLException {
    Undecodable reason = decode(record, otherwise);
    if (reason == null) {
      rows.keep(record, rowCount);
      rowCount++;
      if (rows.full()) {
        insertRows();
      }
    } else {
      refuse(record, reason);
    }
    return reason;
  }

  /** A bug that one record meets must not stop all that come behind it, at every start again. */
  private @Nullable Undecodable decode(RawRecord record, Decoder by) {
    try {
      return by.decode(record.value, rows.decoded());
    } catch (MoulinException | UncheckedIOException e) {
      throw e; // of what is around the record, such as a registry: trying again may help
    } catch (RuntimeException e) {
      return new Undecodable(Undecodable.Kind.DECODER_FAILED, e.toString());
    }
  }

  /** Takes a record as a dead letter. */
  void refuse(RawRecord record, Undecodable reason) throws SQLException {
    append(record, reason);
    deadCount++;
  }

  public int rowCount() {
    return rowCount;
  }

  public int deadCount() {
    return deadCount;
  }

  /** Makes all that was added visible to SQL. */
  public void seal() throws SQLException {
    if (!rows.empty()) {
      insertRows();
    }
    closeAppender();
  }

  /** Empties the staging tables. */
  public void clear() throws SQLException {
    closeAppender();
    rows.release();
    duck.run("TRUNCATE " + IngestSql.BATCH);
    duck.run("TRUNCATE " + DEAD);
    end();
    rowCount = 0;
    deadCount = 0;
  }

  @Override
  public void close() throws SQLException {
    closeAppender();
    end();
  }

  private void end() throws SQLException {
    if (begun) {
      begun = false;
      duck.run("COMMIT");
    }
  }

  private void closeAppender() throws SQLException {
    DuckDBAppender ofDead = deadLetters;
    deadLetters = null;
    Duck.finish(ofDead);
  }

  private void insertRows() throws SQLException {
    begin();
    rows.insert();
  }

  /**
   * One transaction for all of a batch, which ends when the tables are empty again: what is never
   * committed need not be put in its place.
   */
  private void begin() throws SQLException {
    if (!begun) {
      duck.run("BEGIN");
      begun = true;
    }
  }

  private void append(RawRecord record, Undecodable reason) throws SQLException {
    DuckDBAppender out = deadLetters;
    if (out == null) {
      begin();
      out = duck.appender(DEAD);
      deadLetters = out;
    }
    out.beginRow();
    appendBytes(out, record.key);
    appendBytes(out, record.value);
    out.append(reason.kind().name());
    out.append(reason.message());
    out.append(record.partition);
    out.append(record.offset);
    out.appendEpochMicros(StagedRows.recordMicros(record));
    out.endRow();
  }

  private static void appendBytes(DuckDBAppender out, byte @Nullable [] bytes) throws SQLException {
    if (bytes == null) {
      out.appendNull();
    } else {
      out.append(bytes);
    }
  }
}

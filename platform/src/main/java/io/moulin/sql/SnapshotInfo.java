package io.moulin.sql;

import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;

/**
 * One snapshot of a table.
 *
 * @param operation Iceberg's word for what was done, for example {@code append}
 * @param added rows added by it
 * @param rows rows of the table as of it
 * @param current true for the one that readers see
 * @param summary all that the writer noted
 */
public record SnapshotInfo(
    long id,
    OptionalLong parent,
    Instant committedAt,
    String operation,
    long added,
    long rows,
    boolean current,
    Map<String, String> summary) {
  public SnapshotInfo {
    summary = Map.copyOf(summary);
  }
}

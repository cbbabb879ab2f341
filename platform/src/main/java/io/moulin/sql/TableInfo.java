package io.moulin.sql;

import java.time.Instant;
import java.util.Optional;

/**
 * One table of the catalog, from its metadata alone.
 *
 * @param name full name, for example {@code silver.trips}
 * @param lastCommit when its current snapshot was committed; empty before the first
 */
public record TableInfo(
    String name, long rows, long files, long bytes, int snapshots, Optional<Instant> lastCommit) {}

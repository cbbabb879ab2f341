package io.moulin.spec.model;

import io.moulin.spec.Place;
import java.util.List;

/**
 * Checks of a table that a stream fills.
 *
 * @param table its full name, for example {@code silver.trips}
 */
public record TableChecksSpec(String table, List<CheckSpec> checks, Place at) {
  public TableChecksSpec {
    checks = List.copyOf(checks);
  }
}

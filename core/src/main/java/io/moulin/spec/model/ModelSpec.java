package io.moulin.spec.model;

import io.moulin.spec.Place;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A table that is made of others by one SELECT.
 *
 * @param sql the SELECT, in DuckDB SQL
 * @param partition columns whose values each have files of their own
 * @param key columns that are unique together; empty when none are declared
 * @param lookback how far behind the newest partition changes are followed; null without limit
 * @param time column by which a snapshot's versions are ordered; empty for the time of the build
 * @param mayBeEmpty whether no row is a good result
 * @param contract whether its columns must be those declared, in name, type and order
 * @param columns what is said about its columns; all of them under a contract
 * @param at where the file begins
 * @param sqlAt where the SELECT begins
 */
public record ModelSpec(
    String name,
    Step step,
    String sql,
    String description,
    Materialise materialise,
    List<String> partition,
    List<String> key,
    @Nullable Duration lookback,
    String time,
    boolean mayBeEmpty,
    boolean contract,
    List<ModelColumnSpec> columns,
    List<CheckSpec> checks,
    String owner,
    List<String> tags,
    Place at,
    Place sqlAt) {
  /**
   * What a snapshot of a model's table says in its summary: as JSON, by full name, which snapshot
   * of each table it was made of; 0 for a table without any.
   */
  public static final String INPUTS = "moulin.model.inputs";

  public ModelSpec {
    partition = List.copyOf(partition);
    key = List.copyOf(key);
    columns = List.copyOf(columns);
    checks = List.copyOf(checks);
    tags = List.copyOf(tags);
  }

  /** The table's name in the catalog, for example {@code gold.fct_trips}. */
  public String fullName() {
    return step.namespace() + "." + name;
  }

  /** How far from the streams a model is: who may read whom. */
  public enum Step {
    STAGING("staging"),
    INTERMEDIATE("intermediate"),
    MARTS("gold");

    private final String namespace;

    Step(String namespace) {
      this.namespace = namespace;
    }

    /** The namespace of its tables in the catalog. */
    public String namespace() {
      return namespace;
    }

    /** The folder below {@code models/}. */
    public String folder() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What a model becomes. */
  public enum Materialise {
    /** Nothing is stored: it is computed by those who read it. */
    VIEW,
    /** Computed as a whole when something that it reads has changed. */
    TABLE,
    /** Only partitions whose inputs have changed are computed. */
    INCREMENTAL,
    /** Versions of rows over time, of a query that shows how things are now. */
    SNAPSHOT
  }
}

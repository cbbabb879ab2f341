package io.moulin.model;

import io.moulin.spec.Place;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.ModelSpec.Step;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A seed or a model whose SQL the engine has understood.
 *
 * @param fullName the table's name in the catalog, for example {@code gold.fct_trips}
 * @param step how far from the streams a model is; empty for a seed
 * @param sql one SELECT
 * @param fields its columns, with what is said about them
 * @param reads full names of what the SQL reads, in the order of their names
 * @param partitionWise how its partitions depend on those of its inputs
 * @param unsteady what in the SQL, or that of views it reads, gives something else at another time,
 *     such as {@code now()}
 * @param file the file of a seed; empty for a model
 * @param version changes with everything that the rows depend on but the rows of the inputs
 * @param at where it is declared
 */
public record Node(
    String name,
    String fullName,
    Kind kind,
    Optional<Step> step,
    String sql,
    String description,
    List<String> partition,
    List<String> key,
    @Nullable Duration lookback,
    String time,
    List<FieldSpec> fields,
    List<String> reads,
    PartitionWise partitionWise,
    List<String> unsteady,
    List<CheckSpec> checks,
    String owner,
    List<String> tags,
    Optional<Path> file,
    String version,
    Place at) {

  public Node {
    partition = List.copyOf(partition);
    key = List.copyOf(key);
    fields = List.copyOf(fields);
    reads = List.copyOf(reads);
    unsteady = List.copyOf(unsteady);
    checks = List.copyOf(checks);
    tags = List.copyOf(tags);
  }

  /** What becomes of it. */
  public enum Kind {
    SEED,
    VIEW,
    TABLE,
    INCREMENTAL,
    SNAPSHOT;

    /** Whether it has rows of its own. */
    public boolean stored() {
      return this != VIEW;
    }
  }
}

package io.moulin.model.build;

import io.moulin.model.Version;
import io.moulin.model.tables.Changes;
import io.moulin.model.tables.Literals;
import io.moulin.model.tables.ModelCatalog;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.CheckSpec.Verdict;
import io.moulin.spec.model.TableChecksSpec;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Type;

/**
 * Checks of the tables that streams fill. What was found good is not looked at again: of a table
 * that has grown since, only the partitions in which rows have come or gone.
 */
final class StreamChecks {
  private final ModelCatalog catalog;
  private final Checking checking;
  private final Map<String, Mark> before;
  private final Map<String, Mark> passed = new HashMap<>();

  /**
   * What was found good.
   *
   * @param snapshot of the table
   * @param version of its checks
   */
  record Mark(long snapshot, String version) {}

  /**
   * @param before what earlier builds have found good, by table
   */
  StreamChecks(ModelCatalog catalog, Checking checking, Map<String, Mark> before) {
    this.catalog = catalog;
    this.checking = checking;
    this.before = Map.copyOf(before);
  }

  /** Makes the checks of a table that exists. */
  List<Result> check(TableChecksSpec checks) {
    Table table = catalog.load(checks.table()).orElseThrow();
    Snapshot snapshot = table.currentSnapshot();
    Mark now = new Mark(snapshot == null ? 0 : snapshot.snapshotId(), version(checks.checks()));
    List<Result> results = results(checks, table, now);
    if (results.stream().allMatch(result -> result.verdict() == Verdict.PASSED)) {
      passed.put(checks.table(), now);
    }
    return results;
  }

  private List<Result> results(TableChecksSpec checks, Table table, Mark now) {
    Mark last = before.get(checks.table());
    if (last == null || !last.version().equals(now.version())) {
      return checking.table(checks.table(), checks.checks());
    }
    Changes changes = new Changes(table, last.snapshot());
    if (last.snapshot() == now.snapshot() || !changes.any()) {
      List<CheckSpec> left =
          checks.checks().stream().filter(StreamChecks::changesByItself).toList();
      return left.isEmpty() ? List.of() : checking.table(checks.table(), left);
    }
    return checking.table(checks.table(), checks.checks(), part(table, changes).orElse(""));
  }

  /** Whether it may come out otherwise although the table is the same. */
  private static boolean changesByItself(CheckSpec check) {
    return switch (check.kind()) {
      case FRESHNESS, RELATIONSHIPS -> true;
      case NOT_NULL, UNIQUE, ACCEPTED_VALUES, EXPRESSION, ROW_COUNT_CHANGE, NOT_EMPTY -> false;
    };
  }

  /** SQL of the rows of the partitions in which something has changed, when that can be told. */
  private static Optional<String> part(Table table, Changes changes) {
    for (PartitionField field : table.spec().fields()) {
      if (field.transform().isIdentity()) {
        String column = table.schema().findColumnName(field.sourceId());
        Type type = table.schema().findType(field.sourceId());
        Optional<Set<Object>> values = changes.partitions(column);
        if (values.isPresent()) {
          return Optional.of(Literals.in(column, type, List.copyOf(values.get())));
        }
      }
    }
    return Optional.empty();
  }

  private static String version(List<CheckSpec> checks) {
    return Version.of(checks.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** What was found good now. */
  Map<String, Mark> passed() {
    return Map.copyOf(passed);
  }
}

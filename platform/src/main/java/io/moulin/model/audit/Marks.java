package io.moulin.model.audit;

import io.moulin.model.Blueprint;
import io.moulin.model.Blueprint.Singular;
import io.moulin.model.Node;
import io.moulin.model.Version;
import io.moulin.model.tables.ModelCatalog;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.CheckSpec.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;

/**
 * What checks have found good, so that it is not looked at again. A mark says of what it is true:
 * another snapshot, another text of a check, other rows of a table that it compares with, and it
 * does not hold any more.
 */
public final class Marks {
  private static final String QUERY = "query ";

  private final Blueprint blueprint;
  private final ModelCatalog catalog;
  private final Map<String, Mark> before;
  private final Map<String, Mark> now = new ConcurrentHashMap<>();

  /**
   * What was found good.
   *
   * @param snapshot of the table; 0 for none, and for what has no rows of its own: views and
   *     queries
   * @param version of its checks
   * @param others snapshots of the tables that they compare it with, or that a view or query reads
   */
  public record Mark(long snapshot, String version, Map<String, Long> others) {
    public Mark {
      others = Map.copyOf(others);
    }

    /** Whether another mark was made in the face of the same other tables. */
    public boolean sameOthers(Optional<Mark> other) {
      return other.isPresent() && others.equals(other.get().others);
    }
  }

  /**
   * @param before what earlier builds have found good, by table or query
   */
  public Marks(Blueprint blueprint, ModelCatalog catalog, Map<String, Mark> before) {
    this.blueprint = blueprint;
    this.catalog = catalog;
    this.before = Map.copyOf(before);
  }

  /** What could be marked of a table as it is now. */
  public Mark of(Table table, List<CheckSpec> checks) {
    return new Mark(snapshot(table), version(texts(checks)), snapshots(blueprint.compared(checks)));
  }

  private Mark of(Singular query) {
    return new Mark(0, version(query), snapshots(query.reads()));
  }

  /** A view has no snapshots: its rows are those that its SQL makes of what it reads. */
  private Mark of(Node view) {
    List<String> texts = texts(view.checks());
    blueprint.views(List.of(view.fullName())).forEach(each -> texts.add(each.sql()));
    List<String> reads = new ArrayList<>(view.reads());
    reads.addAll(blueprint.compared(view.checks()));
    return new Mark(0, version(texts), snapshots(reads));
  }

  /** Where a check stands in its file does not matter. */
  private static List<String> texts(List<CheckSpec> checks) {
    List<String> texts = new ArrayList<>();
    checks.forEach(check -> texts.add(check.toString().replace(check.at().toString(), "")));
    return texts;
  }

  /** Of the tables behind views, which have no snapshots of their own. */
  private Map<String, Long> snapshots(Collection<String> reads) {
    Map<String, Long> snapshots = new TreeMap<>();
    blueprint
        .stored(List.copyOf(reads))
        .forEach(read -> snapshots.put(read, catalog.load(read).map(Marks::snapshot).orElse(0L)));
    return snapshots;
  }

  private static long snapshot(Table table) {
    Snapshot snapshot = table.currentSnapshot();
    return snapshot == null ? 0 : snapshot.snapshotId();
  }

  private String version(Singular query) {
    List<String> texts = new ArrayList<>();
    texts.add(query.spec().sql() + query.spec().limits());
    blueprint.views(query.reads()).forEach(view -> texts.add(view.sql()));
    return version(texts);
  }

  private static String version(List<String> parts) {
    return Version.of(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
  }

  /** What an earlier build has found good of a table. */
  public Optional<Mark> before(String fullName) {
    return Optional.ofNullable(before.get(fullName));
  }

  /** In the face of which snapshots a query, as it is now, has found no wrong row. */
  Optional<Map<String, Long>> foundNone(Singular query) {
    return before(QUERY + query.spec().name())
        .filter(mark -> query.unsteady().isEmpty() && mark.version().equals(version(query)))
        .map(Mark::others);
  }

  /** Whether a query of wrong rows would surely find none again. */
  public boolean holds(Singular query) {
    return foundNone(query).filter(of(query).others()::equals).isPresent();
  }

  /** Whether the checks of a view would surely come out as before, which was well. */
  public boolean holds(Node view) {
    return view.unsteady().isEmpty()
        && view.checks().stream().noneMatch(blueprint::unsteady)
        && before(view.fullName()).filter(of(view)::equals).isPresent();
  }

  /** Keeps that a view is good, if it is. */
  public void keep(Node view, List<Result> results) {
    keep(view.fullName(), of(view), results);
  }

  /** Keeps that a table is good, if it is. */
  public void keep(String fullName, Mark mark, List<Result> results) {
    if (results.stream().allMatch(result -> result.verdict() == Verdict.PASSED)) {
      now.put(fullName, mark);
    }
  }

  /** The same of a query, in which everything that it reads is published. */
  public void keep(Singular query, Result result) {
    if (result.verdict() == Verdict.PASSED) {
      now.put(QUERY + query.spec().name(), of(query));
    }
  }

  /** What was found good now. */
  public Map<String, Mark> kept() {
    return Map.copyOf(now);
  }

  /** Whether there is something to keep that was not known before. */
  public boolean news() {
    return now.entrySet().stream()
        .anyMatch(each -> !each.getValue().equals(before.get(each.getKey())));
  }
}

package io.moulin.model.build;

import io.moulin.model.Blueprint;
import io.moulin.model.Blueprint.Singular;
import io.moulin.model.Node;
import io.moulin.model.Version;
import io.moulin.model.tables.ModelCatalog;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.CheckSpec.Kind;
import io.moulin.spec.model.CheckSpec.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * What checks have found good, so that it is not looked at again. A mark says of what it is true:
 * another snapshot, another text of a check, other rows of a table that it compares with, and it
 * does not hold any more.
 */
final class Marks {
  private static final String QUERY = "query ";

  private final Blueprint blueprint;
  private final ModelCatalog catalog;
  private final Map<String, Mark> before;
  private final Map<String, Mark> now = new ConcurrentHashMap<>();

  /**
   * What was found good.
   *
   * @param snapshot of the table; 0 for none
   * @param version of its checks
   * @param others snapshots of the tables that they compare it with
   */
  record Mark(long snapshot, String version, @Nullable String others) {
    /** Whether another mark was made in the face of the same other tables. */
    boolean sameOthers(Optional<Mark> other) {
      return other.isPresent() && Objects.equals(others, other.get().others);
    }
  }

  /**
   * @param before what earlier builds have found good, by table or query
   */
  Marks(Blueprint blueprint, ModelCatalog catalog, Map<String, Mark> before) {
    this.blueprint = blueprint;
    this.catalog = catalog;
    this.before = Map.copyOf(before);
  }

  /** What could be marked of a table as it is now. */
  Mark of(Table table, List<CheckSpec> checks) {
    Names names = new Names(blueprint);
    List<String> texts = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (CheckSpec check : checks) {
      texts.add(text(check));
      if (check.kind() == Kind.RELATIONSHIPS) {
        String to = names.fullName(check.to());
        // It may be a view, which has no snapshots of its own.
        blueprint.stored(List.of(to)).forEach(read -> others.add(read + " " + snapshot(read)));
      }
    }
    return new Mark(snapshot(table), version(texts), String.join(", ", others));
  }

  private Mark of(Singular query) {
    return ofQuery(query.spec().sql() + query.spec().limits(), query.reads());
  }

  /** A view has no snapshots: its rows are those that its SQL makes of what it reads. */
  private Mark of(Node view) {
    List<String> texts = new ArrayList<>();
    blueprint.views(List.of(view.fullName())).forEach(each -> texts.add(each.sql()));
    view.checks().forEach(check -> texts.add(text(check)));
    List<String> reads = new ArrayList<>(view.reads());
    view.checks().stream()
        .filter(check -> check.kind() == Kind.RELATIONSHIPS)
        .forEach(check -> reads.add(new Names(blueprint).fullName(check.to())));
    return ofQuery(String.join("\n", texts), reads);
  }

  private Mark ofQuery(String text, List<String> reads) {
    List<String> parts = new ArrayList<>();
    parts.add(text);
    blueprint.stored(reads).stream()
        .sorted()
        .forEach(read -> parts.add(read + " " + snapshot(read)));
    return new Mark(0, version(parts), "");
  }

  /** A check without its place: where it stands in its file does not matter. */
  private static String text(CheckSpec check) {
    return check.toString().replace(check.at().toString(), "");
  }

  private long snapshot(String fullName) {
    return catalog.load(fullName).map(Marks::snapshot).orElse(0L);
  }

  private static long snapshot(Table table) {
    Snapshot snapshot = table.currentSnapshot();
    return snapshot == null ? 0 : snapshot.snapshotId();
  }

  private static String version(List<String> parts) {
    return Version.of(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
  }

  /** What an earlier build has found good of a table. */
  Optional<Mark> before(String fullName) {
    return Optional.ofNullable(before.get(fullName));
  }

  /** Whether a query of wrong rows would surely find none again. */
  boolean holds(Singular query) {
    return query.unsteady().isEmpty() && of(query).equals(before.get(QUERY + query.spec().name()));
  }

  /** Whether the checks of a view would surely come out as before, which was well. */
  boolean holds(Node view) {
    return view.unsteady().isEmpty()
        && view.checks().stream().noneMatch(blueprint::unsteady)
        && of(view).equals(before.get(view.fullName()));
  }

  /** Keeps that a view is good, if it is. */
  void keep(Node view, List<Result> results) {
    keep(view.fullName(), of(view), results);
  }

  /** Keeps that a table is good, if it is. */
  void keep(String fullName, Mark mark, List<Result> results) {
    if (results.stream().allMatch(result -> result.verdict() == Verdict.PASSED)) {
      now.put(fullName, mark);
    }
  }

  /** The same of a query, in which everything that it reads is published. */
  void keep(Singular query, Result result) {
    if (result.verdict() == Verdict.PASSED) {
      now.put(QUERY + query.spec().name(), of(query));
    }
  }

  /** What was found good now. */
  Map<String, Mark> kept() {
    return Map.copyOf(now);
  }

  /** Whether there is something to keep that was not known before. */
  boolean news() {
    return now.entrySet().stream()
        .anyMatch(each -> !each.getValue().equals(before.get(each.getKey())));
  }
}

package io.moulin.model.build;

import io.moulin.model.tables.ModelCatalog;
import io.moulin.spec.model.CheckSpec.Verdict;
import io.moulin.spec.model.TableChecksSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * The checks of the streams that a build comes down to. They are made beside the first
 * computations: only what has to be published waits for them.
 */
final class Sources {
  private final List<TableChecksSpec> checks;
  private final StreamChecks ofStreams;
  private final CompletableFuture<Map<String, List<Result>>> made = new CompletableFuture<>();

  /**
   * @param checks of all tables that streams fill
   * @param streams those of them that the build reads
   */
  Sources(
      ModelCatalog catalog,
      List<TableChecksSpec> checks,
      Set<String> streams,
      StreamChecks ofStreams) {
    this.checks =
        checks.stream()
            .filter(each -> streams.contains(each.table()))
            .filter(each -> catalog.load(each.table()).isPresent())
            .toList();
    this.ofStreams = ofStreams;
  }

  /** Begins to make them. */
  void begin(Executor thread) {
    thread.execute(
        () -> {
          try {
            Map<String, List<Result>> results = new LinkedHashMap<>();
            for (TableChecksSpec each : checks) { // several files may speak of one table
              results
                  .computeIfAbsent(each.table(), table -> new ArrayList<>())
                  .addAll(ofStreams.check(each));
            }
            made.complete(results);
          } catch (Throwable e) { // whoever waits has to hear of it
            made.completeExceptionally(e);
          }
        });
  }

  /**
   * Which of these tables must not be built upon, when its checks are made: one of them failed, or
   * could not be made.
   */
  Optional<String> refused(Set<String> tables) {
    return checks.stream()
        .map(TableChecksSpec::table)
        .filter(tables::contains)
        .filter(this::bad)
        .findFirst();
  }

  private boolean bad(String table) {
    return made.handle(
            (results, failure) ->
                failure != null
                    || results.getOrDefault(table, List.of()).stream()
                        .anyMatch(result -> result.verdict() == Verdict.FAILED))
        .join();
  }

  /** What came of them, when they are made; fails as they did. */
  List<Result> results() {
    try {
      List<Result> all = new ArrayList<>();
      made.join().values().forEach(all::addAll);
      return all;
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    }
  }
}

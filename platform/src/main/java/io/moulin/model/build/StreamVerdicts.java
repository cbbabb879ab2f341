package io.moulin.model.build;

import io.moulin.model.audit.Result;
import io.moulin.spec.model.CheckSpec.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * What the checks of the streams' tables say. They are made beside the first computations, for
 * which nothing has to wait but publishing: most often they pass, and nobody sees what is not
 * published.
 */
final class StreamVerdicts {
  private final Map<String, CompletableFuture<List<Result>>> checked = new LinkedHashMap<>();

  /**
   * Adds the checks of a table, which may be made later but must not wait for anybody who asks
   * {@link #refused}.
   */
  void add(String fullName, CompletableFuture<List<Result>> results) {
    checked.put(fullName, results);
  }

  /**
   * Waits for the checks of some tables.
   *
   * @return why nothing may be made of one of them
   */
  Optional<String> refused(Collection<String> tables) {
    for (String table : tables) {
      CompletableFuture<List<Result>> results = checked.get(table);
      if (results != null) {
        try {
          if (results.join().stream().anyMatch(result -> result.verdict() == Verdict.FAILED)) {
            return Optional.of("a check of " + table + " failed");
          }
        } catch (CompletionException e) {
          return Optional.of("a check of " + table + " could not be made");
        }
      }
    }
    return Optional.empty();
  }

  /**
   * All results, once they are there.
   *
   * @throws RuntimeException the failure of a check that could not be made
   */
  List<Result> results() {
    List<Result> all = new ArrayList<>();
    for (CompletableFuture<List<Result>> results : checked.values()) {
      try {
        all.addAll(results.join());
      } catch (CompletionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw e;
      }
    }
    return all;
  }
}

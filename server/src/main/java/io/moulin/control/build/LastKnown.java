package io.moulin.control.build;

import io.moulin.control.Querying;
import io.moulin.control.Session;
import io.moulin.spec.MoulinException;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of the tables at the moment. */
final class LastKnown {
  private static final String RESULTS =
      "SELECT model, check_name, result, failing_rows, date_trunc('second', checked_at) FROM checks.results"
          + " QUALIFY row_number() OVER (PARTITION BY model, check_name ORDER BY checked_at DESC) = 1";

  private LastKnown() {}

  /** By full name, rows and time of the last commit, in words. */
  static Map<String, String> states(Session session) {
    Map<String, String> states = new HashMap<>();
    session
        .sql()
        .tables()
        .forEach(
            table ->
                states.put(
                    table.name(),
                    String.format(Locale.ROOT, "%,d rows", table.rows())
                        + table
                            .lastCommit()
                            .map(at -> ", " + at.truncatedTo(ChronoUnit.SECONDS))
                            .orElse("")));
    return states;
  }

  /** By full name and check, what came of it last, in words. */
  static Map<String, Map<String, String>> results(Session session) {
    Map<String, Map<String, String>> results = new HashMap<>();
    Querying.Sink sink =
        new Querying.Sink() {
          @Override
          public void columns(List<String> names) {
            // They are those of the query.
          }

          @Override
          public void row(List<Querying.@Nullable Value> cells) {
            String failing =
                text(cells.get(3)).equals("0") ? "" : ", " + text(cells.get(3)) + " rows";
            results
                .computeIfAbsent(text(cells.get(0)), name -> new HashMap<>())
                .put(text(cells.get(1)), text(cells.get(2)) + " " + text(cells.get(4)) + failing);
          }
        };
    try {
      new Querying().query(session, RESULTS, Optional.empty(), Long.MAX_VALUE, sink);
    } catch (MoulinException e) {
      if (!e.code().equals("unknown-table")) {
        throw e;
      }
      // Nothing was ever checked.
    }
    return results;
  }

  private static String text(Querying.@Nullable Value value) {
    return value == null ? "" : value.text();
  }
}

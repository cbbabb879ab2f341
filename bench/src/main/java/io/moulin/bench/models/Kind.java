package io.moulin.bench.models;

import java.util.LinkedHashMap;
import java.util.Map;

/** The kinds of turns, in the order of the table. */
enum Kind {
  FULL("full", "`moulin build --full-refresh`"),
  FULL_UP("full-up", "the same, `moulin up` beside it"),
  DBT_FULL("dbt-full", "`dbt build --full-refresh`, `moulin up` beside it"),
  DAY("day", "late rows of one day, `moulin build`"),
  DAY_UP("day-up", "late rows of one day, `moulin build`, `moulin up` beside it"),
  DAY_WATCHED("day-watched", "late rows of one day, `moulin build --watch`, which runs already"),
  DBT_DAY_LOOKBACK(
      "dbt-day-lookback",
      "late rows of one day, `dbt build --vars '{lookback_days: 7}'`, `moulin up` beside it"),
  DBT_DAY("dbt-day", "late rows of one day, `dbt build`, `moulin up` beside it"),
  NOTHING("nothing", "nothing changed, `moulin build`");

  private final String word;
  private final String what;

  Kind(String word, String what) {
    this.word = word;
    this.what = what;
  }

  /** As the results name it. */
  String word() {
    return word;
  }

  /** All by their words, with what they are. */
  static Map<String, String> words() {
    Map<String, String> words = new LinkedHashMap<>();
    for (Kind kind : values()) {
      words.put(kind.word, kind.what);
    }
    return words;
  }
}

package io.moulin.history;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.NullUnmarked;

/** A row of silver, and by hand and one by one what a history makes of rows. */
@NullUnmarked
record Told(
    long id,
    String plan,
    String country,
    boolean gone,
    LocalDateTime at,
    int partition,
    long offset) {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  /** As {@link HistoryBed#send} takes it. */
  String row() {
    return "%d %s %s %s %s"
        .formatted(
            id,
            plan == null ? "-" : plan,
            country == null ? "-" : country,
            gone ? "D" : "U",
            at.format(DateTimeFormatter.ISO_LOCAL_DATE_TIME));
  }

  /** The versions, as {@link HistoryBed#versions} gives them. */
  static List<String> changes(Collection<Told> rows) {
    Map<Long, List<Told>> byId = new TreeMap<>();
    rows.forEach(row -> byId.computeIfAbsent(row.id, id -> new ArrayList<>()).add(row));
    List<String> lines = new ArrayList<>();
    byId.values().forEach(some -> lines.addAll(ofOne(some)));
    return lines.stream().sorted().toList();
  }

  private static List<String> ofOne(List<Told> rows) {
    Comparator<Told> order =
        Comparator.comparing(Told::at).thenComparing(Told::partition).thenComparing(Told::offset);
    TreeMap<LocalDateTime, Told> last = new TreeMap<>();
    rows.stream().sorted(order).forEach(row -> last.put(row.at, row));
    List<String> lines = new ArrayList<>();
    Told begun = null;
    for (Told row : last.values()) {
      boolean same =
          begun != null
              && !row.gone
              && Objects.equals(begun.plan, row.plan)
              && Objects.equals(begun.country, row.country);
      if (same || (begun == null && row.gone)) {
        continue;
      }
      if (begun != null) {
        lines.add(begun.line(row.at, lines.size() + 1));
      }
      begun = row.gone ? null : row;
    }
    if (begun != null) {
      lines.add(begun.line(null, lines.size() + 1));
    }
    return lines;
  }

  private String line(LocalDateTime end, int version) {
    return "%d|%s|%s|%s|%s|%s|%d"
        .formatted(
            id,
            plan,
            country,
            at.format(TIME),
            end == null ? "null" : end.format(TIME),
            end == null,
            version);
  }

  /** The same where rows of one time are a listing of all that there is. */
  static List<String> listings(Collection<Told> rows) {
    TreeSet<LocalDateTime> dates = new TreeSet<>();
    TreeSet<Long> ids = new TreeSet<>();
    for (Told row : rows) {
      dates.add(row.at);
      ids.add(row.id);
    }
    List<Told> all = new ArrayList<>(rows);
    for (LocalDateTime date : dates) {
      for (long id : ids) {
        if (rows.stream().noneMatch(row -> row.id == id && row.at.equals(date))) {
          all.add(new Told(id, null, null, true, date, -1, -1));
        }
      }
    }
    return changes(all);
  }
}

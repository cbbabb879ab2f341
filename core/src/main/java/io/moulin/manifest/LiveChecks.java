package io.moulin.manifest;

import io.moulin.manifest.SilverNames.Name;
import io.moulin.manifest.block.Names;
import io.moulin.manifest.block.Section;
import io.moulin.manifest.block.Section.Text;
import io.moulin.manifest.yaml.Problems;
import io.moulin.spec.Conversions;
import io.moulin.spec.DataType;
import io.moulin.spec.live.LiveTable;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What must hold of the live aggregates of a dataset. */
final class LiveChecks {
  /** A row counts in so many windows at most. */
  private static final long MOST_OVERLAPS = 1000;

  private final Section dataset;
  private final SilverNames silver;
  private final DatasetUses uses;
  private final Problems problems;

  LiveChecks(Section dataset, SilverNames silver, DatasetUses uses, Problems problems) {
    this.dataset = dataset;
    this.silver = silver;
    this.uses = uses;
    this.problems = problems;
  }

  void check() {
    List<Section> all = dataset.parts("live");
    if (all.isEmpty()) {
      return;
    }
    time(all.get(0));
    for (Section live : all) {
      name(live);
      uses.listed(live, "by", "live.by");
      columns(live);
      windows(live);
      future(live);
    }
  }

  private void time(Section live) {
    Section time = dataset.part("time");
    if (time == null) {
      if (!dataset.broken("time")) {
        problems.error(
            "missing-field",
            live.at(),
            "Live aggregates need the event time, and there is no 'time' in the dataset",
            "windows are stretches of event time",
            "add time: {column: …}");
      }
      return;
    }
    Text column = time.given("column");
    for (Section candidate : dataset.parts("columns")) {
      if (column == null || !candidate.text("name").equals(column.text())) {
        continue;
      }
      Name name = silver.name(Datasets.as(candidate));
      DataType type = name == null ? null : name.type();
      if (name != null && uses.dropped(name.name())) {
        problems.error(
            "unknown-column",
            live.at(),
            "The event time '%s' is dropped by privacy, so silver has none for windows"
                .formatted(name.name()),
            "",
            "keep the column, or remove live");
      } else if (type != null && !Conversions.temporal(type)) {
        problems.error(
            "wrong-column-type",
            live.at(),
            "The event time '%s' is %s in silver; windows need a timestamp"
                .formatted(candidate.text("name"), type),
            "",
            "leave silver: out of the column, or make it timestamp or timestamptz");
      }
    }
  }

  private void name(Section live) {
    Text name = live.given("name");
    if (name != null && !Names.identifier(name.text())) {
      problems.error(
          "invalid-name",
          name.at(),
          "'" + name.text() + "' cannot name a live aggregate",
          "it becomes the name of a table",
          "write letters, digits and '_', not beginning with a digit");
    }
  }

  private void columns(Section live) {
    Set<String> seen = new HashSet<>();
    for (Text column : live.texts("by")) {
      reserved(column);
      seen.add(column.text().toLowerCase(Locale.ROOT));
    }
    for (Section value : live.parts("values")) {
      Text name = value.given("name");
      if (name == null) {
        continue;
      }
      if (!Names.identifier(name.text()) || name.text().startsWith("_")) {
        problems.error(
            "invalid-name",
            name.at(),
            "'" + name.text() + "' cannot name a value",
            "it becomes the name of a column; those that begin with '_' are Moulin's",
            "write letters, digits and '_', beginning with a letter");
      }
      reserved(name);
      uses.twice(seen, name.text().toLowerCase(Locale.ROOT), name, "live");
    }
  }

  private void reserved(Text column) {
    if (LiveTable.RESERVED.contains(column.text().toLowerCase(Locale.ROOT))) {
      problems.error(
          "reserved-name",
          column.at(),
          "A live aggregate has a column '" + column.text() + "' of its own",
          "",
          "give the column another name");
    }
  }

  private void windows(Section live) {
    if (!live.has("window")) {
      return;
    }
    Duration window = live.duration("window");
    Duration hop = Datasets.hop(live);
    if (hop.compareTo(window) > 0) {
      problems.error(
          "out-of-range",
          live.at("hop"),
          "Windows begin less often than they are long",
          "rows between two windows would count nowhere",
          "write a hop that is at most as long as window, or leave it out");
    } else if (window.toMillis() / hop.toMillis() > MOST_OVERLAPS) {
      problems.error(
          "out-of-range",
          live.at("hop"),
          "Each row would count in more than %,d windows".formatted(MOST_OVERLAPS),
          "a window begins with every hop",
          "write a longer hop");
    }
    if (live.has("idle") && !live.has("lateness")) {
      problems.error(
          "missing-field",
          live.at("idle"),
          "'idle' says which partitions keep windows from being final; without 'lateness' none is",
          "",
          "add lateness, or remove idle");
    }
    if (live.has("keep") && live.has("lateness")) {
      if (live.duration("keep").compareTo(live.duration("lateness")) < 0) {
        problems.error(
            "out-of-range",
            live.at("keep"),
            "Windows would be removed before they are final",
            "they are open for the lateness",
            "keep them at least as long as the lateness");
      }
    }
  }

  /** One row of the far future would make every row after it too late. */
  private void future(Section live) {
    Section time = dataset.part("time");
    boolean judged = live.has("lateness") || live.has("keep");
    if (judged && time != null && !time.has("ahead") && !time.has("lateness")) {
      problems.warning(
          "live-without-bound",
          live.at(live.has("lateness") ? "lateness" : "keep"),
          "One row with a time in the far future would close all windows before it",
          "the watermark follows the greatest event time, and 'time' has no 'ahead'",
          "add ahead: 1h to time, so that such rows are quarantined");
    }
  }
}

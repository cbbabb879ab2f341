package io.moulin.plan;

import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DedupSpec;
import io.moulin.spec.DerivedSpec;
import io.moulin.spec.RuleSpec;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.history.HistorySpec;
import io.moulin.spec.live.LiveSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of what a job carries when it goes on with another manifest. A job carries the
 * positions in the topic, the greatest event time of each partition, both in the ledger of the
 * tables, and the keys that dedup remembers, which it reads from silver when it starts.
 */
final class Carries {
  private static final String VERDICT =
      "rows that are stored keep their verdict and values; those that come next have the new ones";
  private static final String MAXIMUM = "the greatest event time of each partition is kept";

  private final DatasetSpec from;
  private final DatasetSpec to;
  private final List<Carry> found = new ArrayList<>();

  private Carries(DatasetSpec from, DatasetSpec to) {
    this.from = from;
    this.to = to;
  }

  /** What the job meets when it goes on with {@code to} where {@code from} was in force. */
  static List<Carry> between(DatasetSpec from, DatasetSpec to) {
    Carries carries = new Carries(from, to);
    carries.compare();
    return carries.found;
  }

  /** What is the same wherever in its file it stands. */
  static String shape(Object declared) {
    return declared.toString().replaceAll("\\bat=[^,\\]]*", "");
  }

  private void compare() {
    say("columns", names(from.columns(), to.columns(), ColumnSpec::as), VERDICT);
    say("derived columns", names(from.derived(), to.derived(), DerivedSpec::name), VERDICT);
    say("rules", names(from.rules(), to.rules(), RuleSpec::name), VERDICT);
    other("unknown fields", from.unknownFields(), to.unknownFields());
    other("texts that mean no value", from.nulls(), to.nulls());
    other("privacy", from.privacy(), to.privacy());
    other("key", from.key(), to.key());
    if (from.source().format() != to.source().format()) {
      add(
          "read records as %s instead of %s"
              .formatted(to.source().format(), from.source().format()),
          "positions are kept: records before them are not read again, those after them in the new"
              + " format only");
    }
    time();
    dedup();
    history();
    live();
    if (!Objects.equals(from.freshness(), to.freshness())) {
      add(
          "commit every %s instead of %s".formatted(interval(to), interval(from)),
          "nothing that is stored or carried changes");
    }
  }

  private static String interval(DatasetSpec dataset) {
    Duration freshness = dataset.freshness();
    return freshness == null ? "engine.commit-interval" : Texts.duration(freshness);
  }

  private void add(String what, String then) {
    found.add(new Carry(to.name(), what, then));
  }

  private void say(String what, String names, String then) {
    if (!names.isEmpty()) {
      add(what + ": " + names, then);
    }
  }

  private void other(String what, @Nullable Object before, @Nullable Object now) {
    String was = before == null ? "" : shape(before);
    if (!was.equals(now == null ? "" : shape(now))) {
      add("change of " + what, VERDICT);
    }
  }

  /** For example {@code add TIP_NEGATIVE, change AMOUNT_NOT_POSITIVE, remove OLD}. */
  private static <T> String names(List<T> before, List<T> now, Function<T, String> name) {
    Map<String, String> was = new LinkedHashMap<>();
    before.forEach(each -> was.put(name.apply(each), shape(each)));
    List<String> words = new ArrayList<>();
    for (T each : now) {
      String shape = was.remove(name.apply(each));
      if (shape == null) {
        words.add("add " + name.apply(each));
      } else if (!shape.equals(shape(each))) {
        words.add("change " + name.apply(each));
      }
    }
    was.keySet().forEach(gone -> words.add("remove " + gone));
    return String.join(", ", words);
  }

  private void time() {
    TimeSpec before = from.time();
    TimeSpec now = to.time();
    if (before == null || now == null) {
      if (!Objects.equals(before, now)) {
        add(
            now == null ? "no event time any more" : "event time is " + now.column(),
            now == null
                ? MAXIMUM + ", and not used"
                : "there is no greatest event time yet: it begins with the rows that come next");
      }
      return;
    }
    if (!before.column().equals(now.column())) {
      add(
          "event time is %s instead of %s".formatted(now.column(), before.column()),
          MAXIMUM + ", though it is one of " + before.column());
    }
    if (!before.watermark().equals(now.watermark())
        || !Objects.equals(before.lateness(), now.lateness())) {
      add(
          "another bound of lateness",
          MAXIMUM + "; rows that are stored keep their mark, those that come next are judged anew");
    }
    if (!before.formats().equals(now.formats()) || !before.zone().equals(now.zone())) {
      add("another way to read times", VERDICT);
    }
  }

  private void history() {
    HistorySpec before = from.history();
    HistorySpec now = to.history();
    if (before == null || now == null) {
      if (!Objects.equals(before, now)) {
        add(
            now == null
                ? "keep no history any more"
                : "keep a history of " + String.join(", ", now.key()),
            now == null
                ? "its table stays as it is and follows silver no longer"
                : "it is made of all rows that silver holds, then kept up to date");
      }
      return;
    }
    if (!shape(before).equals(shape(now))) {
      add("change of history", "it is made anew of all rows that silver holds");
    }
  }

  private void live() {
    for (LiveSpec now : to.live()) {
      LiveSpec before = named(from, now.name());
      if (before == null) {
        add(
            "keep the live aggregate " + now.name(),
            "it is made of all rows that silver holds, then kept up to date");
      } else if (!before.shape().equals(now.shape())) {
        add(
            "change of the live aggregate " + now.name(),
            "it is made anew of all rows that silver holds");
      }
    }
    for (LiveSpec before : from.live()) {
      if (named(to, before.name()) == null) {
        add(
            "keep the live aggregate " + before.name() + " no longer",
            "its table stays as it is and follows silver no longer");
      }
    }
  }

  private static @Nullable LiveSpec named(DatasetSpec dataset, String name) {
    return dataset.live().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  private void dedup() {
    DedupSpec before = from.dedup();
    DedupSpec now = to.dedup();
    if (before == null || now == null) {
      if (!Objects.equals(before, now)) {
        add(
            now == null ? "no dedup any more" : "dedup by " + String.join(", ", now.key()),
            now == null
                ? "the keys are forgotten; from now on every row stays"
                : "keys are read from silver, as far back as %s; rows that are stored twice stay"
                    .formatted(Texts.duration(now.within())));
      }
      return;
    }
    if (!before.key().equals(now.key())) {
      add(
          "dedup by %s instead of %s"
              .formatted(String.join(", ", now.key()), String.join(", ", before.key())),
          "keys are made anew from silver; rows that are stored have no value in a new column, so that"
              + " duplicates of them are not known by it");
    }
    int longer = now.within().compareTo(before.within());
    if (longer != 0) {
      add(
          "remember keys for %s instead of %s"
              .formatted(Texts.duration(now.within()), Texts.duration(before.within())),
          longer > 0
              ? "keys are read from silver for the longer time; what was let in as new stays"
              : "older keys are forgotten");
    }
  }
}

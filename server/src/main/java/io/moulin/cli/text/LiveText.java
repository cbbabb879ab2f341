package io.moulin.cli.text;

import io.moulin.control.live.FollowedTable;
import io.moulin.control.live.LiveDataset;
import io.moulin.control.live.LiveDataset.LiveTable;
import io.moulin.control.live.LiveDataset.State;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a dataset that is kept running is put into words. */
public final class LiveText {
  private LiveText() {}

  /** All that matters, in one line for a log. */
  public static String line(LiveDataset dataset, Instant now) {
    List<String> parts = new ArrayList<>();
    parts.add(dataset.dataset() + " " + state(dataset, now));
    if (dataset.state() == State.RUNNING) {
      parts.add("in " + rate(dataset.rateIn()));
      for (LiveTable table : dataset.tables()) {
        if (table.rate() > 0) {
          parts.add(layer(table) + " " + rate(table.rate()));
        }
      }
      parts.add("lag " + count(dataset.lag()));
      Instant watermark = dataset.watermark();
      if (watermark != null) {
        parts.add("watermark " + watermark(dataset, watermark));
      }
    }
    if (dataset.state() == State.NOT_APPLIED) {
      return parts.get(0);
    }
    parts.add("committed " + committed(dataset, now));
    parts.add(dataset.balanced() ? "balanced" : "DOES NOT BALANCE: " + dataset.problems().get(0));
    if (dataset.keys() > 0) {
      parts.add(keys(dataset));
    }
    if (dataset.restarts() > 0) {
      parts.add(restarts(dataset));
    }
    return String.join(", ", parts);
  }

  /** What the job does, and why when it does not run. */
  public static String state(LiveDataset dataset, Instant now) {
    String word = dataset.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    Instant retry = dataset.retryAt();
    String when = retry == null ? "" : " in " + seconds(now, retry);
    return word + when + (dataset.why().isEmpty() ? "" : " (" + dataset.why() + ")");
  }

  /** What is in the tables, and since when. */
  static String committed(LiveDataset dataset, Instant now) {
    Instant last = dataset.lastCommit();
    return count(dataset.consumed())
        + (last == null
            ? ""
            : ", the last %s %s ago"
                .formatted(count(dataset.lastCommitRows()), seconds(last, now)));
  }

  static String watermark(LiveDataset dataset, Instant watermark) {
    Integer holds = dataset.heldBackBy();
    return watermark.truncatedTo(ChronoUnit.SECONDS)
        + (holds == null ? "" : " (partition " + holds + ")");
  }

  static String keys(LiveDataset dataset) {
    return "%s keys in %s".formatted(count(dataset.keys()), bytes(dataset.keyBytes()));
  }

  static String restarts(LiveDataset dataset) {
    return dataset.restarts() == 1 ? "1 restart" : count(dataset.restarts()) + " restarts";
  }

  /** How far a table that follows silver has come. */
  public static String behind(FollowedTable table) {
    Long commits = table.behindCommits();
    Long seconds = table.behindSeconds();
    if (commits == null || seconds == null) {
      return "to be made anew of all of silver";
    }
    return commits == 0
        ? "as silver is"
        : "%s (%s) behind silver"
            .formatted(
                commits == 1 ? "1 commit" : count(commits) + " commits",
                duration(Duration.ofSeconds(seconds)));
  }

  static String layer(LiveTable table) {
    return table.name().substring(0, table.name().indexOf('.'));
  }

  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  static String rate(double perSecond) {
    return perSecond > 0 && perSecond < 10
        ? String.format(Locale.ROOT, "%.1f/s", perSecond)
        : String.format(Locale.ROOT, "%,.0f/s", perSecond);
  }

  static String bytes(long bytes) {
    return bytes < 1 << 20
        ? (bytes + 1023) / 1024 + " kB"
        : String.format(Locale.ROOT, "%,d MB", (bytes + (1 << 19)) >> 20);
  }

  static String seconds(Instant from, Instant to) {
    return duration(Duration.between(from, to));
  }

  /** As people say it: {@code 4 s}, {@code 3 min}, {@code 2 h 5 min}, {@code 4 d}. */
  static String duration(@Nullable Duration duration) {
    long seconds = duration == null ? 0 : Math.max(0, duration.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    long minutes = seconds / 60;
    if (minutes < 60) {
      return minutes + " min";
    }
    long hours = minutes / 60;
    return hours < 48 ? hours + " h " + minutes % 60 + " min" : hours / 24 + " d";
  }
}

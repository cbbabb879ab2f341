package io.moulin.cli.text;

import io.moulin.control.live.FollowedTable;
import io.moulin.control.live.LiveDataset;
import io.moulin.control.live.LiveDataset.LivePartition;
import io.moulin.control.live.LiveDataset.LiveTable;
import io.moulin.control.live.LiveDataset.State;
import io.moulin.control.live.LiveStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How all that is kept running looks, as lines of a screen. */
public final class LiveFrame {
  private static final String INDENT = "  ";
  private static final String ESCAPE = "\u001b";

  private LiveFrame() {}

  /** The whole picture, however many lines it takes. */
  public static List<String> lines(LiveStatus status, Style style) {
    return lines(status, style, Integer.MAX_VALUE, Integer.MAX_VALUE);
  }

  /** The picture in {@code rows} lines of {@code columns} characters: less of each when many. */
  static List<String> lines(LiveStatus status, Style style, int rows, int columns) {
    List<String> head = head(status, style);
    List<String> lines = new ArrayList<>(head);
    status
        .datasets()
        .forEach(
            dataset -> {
              lines.add("");
              lines.addAll(whole(dataset, status.at(), style));
            });
    if (lines.size() > rows) {
      lines.clear();
      lines.addAll(head);
      lines.add("");
      status
          .datasets()
          .forEach(
              dataset -> lines.add(coloured(dataset, LiveText.line(dataset, status.at()), style)));
    }
    int room = Math.max(1, rows);
    if (lines.size() > room) {
      int hidden = lines.size() - room + 1;
      lines.subList(room - 1, lines.size()).clear();
      lines.add(style.faint("and %d more: make the window larger".formatted(hidden)));
    }
    return lines.stream().map(line -> cut(line, columns)).toList();
  }

  private static List<String> head(LiveStatus status, Style style) {
    String up = LiveText.seconds(status.since(), status.at());
    String memory = status.rssBytes() == 0 ? "" : ", " + LiveText.bytes(status.rssBytes());
    return List.of(
        style.bold("moulin " + status.doing() + " " + status.project())
            + "  for %s, process %d%s".formatted(up, status.pid(), memory),
        style.faint("Kafka " + status.broker() + "   Iceberg REST " + status.catalog()));
  }

  private static List<String> whole(LiveDataset dataset, Instant now, Style style) {
    List<String> lines = new ArrayList<>();
    lines.add(title(dataset, now, style));
    if (!dataset.why().isEmpty()) {
      lines.add(INDENT + style.red(dataset.why()));
    }
    dataset.problems().forEach(problem -> lines.add(INDENT + style.red(problem)));
    if (dataset.state() == State.NOT_APPLIED) {
      return lines;
    }
    lines.addAll(tables(dataset).lines(INDENT, Style.PLAIN));
    lines.addAll(followed(dataset));
    lines.add(INDENT + "lag        " + lag(dataset));
    Instant watermark = dataset.watermark();
    if (watermark != null) {
      lines.add(INDENT + "watermark  " + watermark(dataset, watermark));
    }
    if (dataset.keys() > 0) {
      lines.add(INDENT + "remembers  " + LiveText.keys(dataset));
    }
    return lines;
  }

  private static String title(LiveDataset dataset, Instant now, Style style) {
    StringBuilder title = new StringBuilder(style.bold(dataset.dataset())).append("  ");
    Instant retry = dataset.retryAt();
    String state = dataset.state().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    title.append(
        coloured(
            dataset, retry == null ? state : state + " in " + LiveText.seconds(now, retry), style));
    Instant next = dataset.nextCommit();
    if (next != null) {
      title.append(", next commit in ").append(LiveText.seconds(now, next));
    }
    Instant last = dataset.lastCommit();
    if (last != null) {
      title
          .append(", last %s ago".formatted(LiveText.seconds(last, now)))
          .append(" (%s)".formatted(LiveText.count(dataset.lastCommitRows())));
    }
    if (dataset.state() != State.NOT_APPLIED) {
      title.append(", ");
      title.append(dataset.balanced() ? "balanced" : style.red("DOES NOT BALANCE"));
    }
    if (dataset.restarts() > 0) {
      title.append(", ").append(style.yellow(LiveText.restarts(dataset)));
    }
    return title.toString();
  }

  private static String coloured(LiveDataset dataset, String text, Style style) {
    return switch (dataset.state()) {
      case RUNNING -> dataset.balanced() ? style.green(text) : style.red(text);
      case STARTING, RESTARTING -> style.yellow(text);
      case FAILED, NOT_APPLIED -> style.red(text);
      case STOPPED -> text;
    };
  }

  private static TextTable tables(LiveDataset dataset) {
    List<String> header = new ArrayList<>(List.of("", "in"));
    List<String> rates = new ArrayList<>(List.of("a second", plain(dataset.rateIn())));
    List<String> rows = new ArrayList<>(List.of("rows", LiveText.count(dataset.consumed())));
    for (LiveTable table : dataset.tables()) {
      header.add(LiveText.layer(table).replace('_', ' '));
      rates.add(plain(table.rate()));
      rows.add(LiveText.count(table.rows()));
    }
    header.add("duplicates");
    rates.add("");
    rows.add(LiveText.count(dataset.duplicates()));
    TextTable text = new TextTable(header);
    text.row(rates);
    text.row(rows);
    return text;
  }

  private static List<String> followed(LiveDataset dataset) {
    List<String> lines = new ArrayList<>();
    String label = "follows    ";
    for (FollowedTable table : dataset.followed()) {
      String rows = LiveText.count(table.rows());
      lines.add(INDENT + label + "%s %s, %s".formatted(table.name(), rows, LiveText.behind(table)));
      label = " ".repeat(label.length());
    }
    return lines;
  }

  private static String plain(double perSecond) {
    return LiveText.rate(perSecond).replace("/s", "");
  }

  private static String lag(LiveDataset dataset) {
    StringBuilder lag = new StringBuilder(LiveText.count(dataset.lag()));
    String separator = " (";
    for (LivePartition partition : dataset.partitions()) {
      lag.append(separator).append(partition.partition()).append(": ");
      lag.append(partition.idle() ? "idle" : LiveText.count(partition.lag()));
      separator = ", ";
    }
    lag.append(dataset.partitions().isEmpty() ? "" : ")");
    if (dataset.open() > 0) {
      lag.append(", ").append(LiveText.count(dataset.open())).append(" read and not committed yet");
    }
    return lag.toString();
  }

  private static String watermark(LiveDataset dataset, Instant watermark) {
    Integer holds = dataset.heldBackBy();
    String at = watermark.truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
    if (holds == null) {
      boolean silent = dataset.partitions().stream().allMatch(LivePartition::idle);
      return silent ? at + ", all partitions are idle" : at;
    }
    return at + ", held back by partition " + holds;
  }

  /** What is seen of a line; a terminal would go on with it in the next one. */
  private static String cut(String line, int columns) {
    StringBuilder seen = new StringBuilder();
    int width = 0;
    boolean styled = false;
    for (int i = 0; i < line.length(); ) {
      int end = i + Character.charCount(line.codePointAt(i));
      if (line.startsWith(ESCAPE, i)) {
        end = line.indexOf('m', i) + 1;
        styled = true;
      } else if (width == columns) {
        return seen.append(styled ? ESCAPE + "[0m" : "").toString();
      } else {
        width++;
      }
      seen.append(line, i, end);
      i = end;
    }
    return seen.toString();
  }
}

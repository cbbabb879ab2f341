package io.moulin.cli.text;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * One line that says how far something is: redrawn on a terminal; elsewhere written now and then.
 */
public final class ProgressLine implements AutoCloseable {
  private static final int BAR = 28;
  private static final long REDRAW_NANOS = 100_000_000L;
  private static final long WRITE_NANOS = 5_000_000_000L;
  private static final long RECENT_NANOS = 5_000_000_000L;

  /** Columns of a line with a whole bar. */
  private static final int WIDEST = 90;

  private final Console console;
  private final String label;
  private final long begin = System.nanoTime();
  private long drawn = begin;
  private final Deque<Mark> marks = new ArrayDeque<>();
  private boolean dirty;

  public ProgressLine(Console console, String label) {
    this.console = console;
    this.label = label;
    marks.addLast(new Mark(begin, 0));
  }

  /** Says how far it is; {@code total} is 0 when nobody knows. */
  public synchronized void show(long done, long total) {
    long now = System.nanoTime();
    long pause = terminal() ? REDRAW_NANOS : WRITE_NANOS;
    if (now - drawn < pause) {
      return;
    }
    drawn = now;
    String line = line(done, total, (now - begin) / 1e9);
    if (terminal()) {
      console.err().print("\r\u001b[K" + line);
      console.err().flush();
      dirty = true;
    } else {
      console.err().println(line);
    }
  }

  private boolean terminal() {
    return console.errStyle() == Style.COLOURED;
  }

  private String line(long done, long total, double seconds) {
    double rate = seconds == 0 ? 0 : done / seconds;
    if (total <= 0) {
      return String.format(Locale.ROOT, "  %s %,d rows, %,.0f/s", label, done, recent(done));
    }
    // A line that wraps cannot be taken away again.
    int width = Math.max(0, Math.min(BAR, console.columns(WIDEST) - WIDEST + BAR));
    int full = (int) Math.min(width, width * done / total);
    String bar = "━".repeat(full) + console.errStyle().faint("─".repeat(width - full));
    return String.format(Locale.ROOT, "  %s %s %,d of %,d, %,.0f/s", label, bar, done, total, rate);
  }

  /** What has no end has no average worth knowing: the rate of the last seconds. */
  private double recent(long done) {
    long now = System.nanoTime();
    marks.addLast(new Mark(now, done));
    while (marks.size() > 2 && now - marks.getFirst().nanos() > RECENT_NANOS) {
      marks.removeFirst();
    }
    Mark first = marks.getFirst();
    return now == first.nanos() ? 0 : (done - first.done()) * 1e9 / (now - first.nanos());
  }

  private record Mark(long nanos, long done) {}

  /** Takes the line away: what came of it is said elsewhere. */
  @Override
  public synchronized void close() {
    if (dirty) {
      console.err().print("\r\u001b[K");
      console.err().flush();
    }
  }
}

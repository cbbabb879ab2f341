package io.moulin.control.live;

import io.moulin.commit.Tally;
import io.moulin.ingest.Progress.Picture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** How fast rows come and go, over the last seconds. Not safe for several threads. */
final class Rates {
  /** Marks are taken twice a second; older ones than this are of no use to anybody. */
  private static final int MOST_MARKS = 240;

  private final Deque<Mark> marks = new ArrayDeque<>();
  private String run = "";

  private record Mark(long nanos, long consumed, Tally written) {}

  /** Takes the figures of now; a run that is a new one begins from nothing. */
  void take(String ofRun, Picture picture) {
    if (!ofRun.equals(run)) {
      marks.clear();
      run = ofRun;
    }
    marks.addLast(new Mark(System.nanoTime(), picture.consumed(), picture.written()));
    if (marks.size() > MOST_MARKS) {
      marks.removeFirst();
    }
  }

  /** Forgets all: the job does not run. */
  void stop() {
    marks.clear();
  }

  /** Records read a second. */
  double consumed(Duration over) {
    Mark first = since(over);
    return first == null ? 0 : perSecond(first, marks.getLast().consumed() - first.consumed());
  }

  /** Rows written a second, counted by {@code count}. */
  double written(Duration over, java.util.function.ToLongFunction<Tally> count) {
    Mark first = since(over);
    return first == null
        ? 0
        : perSecond(
            first,
            count.applyAsLong(marks.getLast().written()) - count.applyAsLong(first.written()));
  }

  private double perSecond(Mark first, long rows) {
    long nanos = marks.getLast().nanos() - first.nanos();
    return nanos <= 0 ? 0 : rows * 1e9 / nanos;
  }

  private @org.jspecify.annotations.Nullable Mark since(Duration over) {
    if (marks.isEmpty()) {
      return null;
    }
    long oldest = marks.getLast().nanos() - over.toNanos();
    for (Mark mark : marks) {
      if (mark.nanos() >= oldest) {
        return mark;
      }
    }
    return marks.getLast();
  }
}

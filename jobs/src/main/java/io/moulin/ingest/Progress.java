package io.moulin.ingest;

import io.moulin.commit.Committable;
import io.moulin.commit.Tally;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How far the runs of this process are, for people who watch. Only a picture: what counts is in the
 * ledger.
 */
public final class Progress {
  private static final Map<String, Progress> RUNS = new ConcurrentHashMap<>();

  private final Map<Integer, Subtask> subtasks = new ConcurrentHashMap<>();

  private Progress() {}

  /** The figures of a run that begins; the same for all of its subtasks in this process. */
  public static Progress of(String run) {
    return RUNS.computeIfAbsent(run, r -> new Progress());
  }

  /** The figures of a run; empty when it has not begun or has ended. */
  public static Optional<Progress> find(String run) {
    return Optional.ofNullable(RUNS.get(run));
  }

  /** Forgets a run that has ended. */
  public static void forget(String run) {
    RUNS.remove(run);
  }

  /** The figures of a subtask, which from now on takes part. Only its own thread writes them. */
  Subtask subtask(int index) {
    return subtasks.computeIfAbsent(index, i -> new Subtask());
  }

  /** How many subtasks take part. */
  public int subtasks() {
    return subtasks.size();
  }

  /** Records that were read. */
  public long consumed() {
    return subtasks.values().stream().mapToLong(Subtask::consumed).sum();
  }

  /** All figures of now, over all subtasks. */
  public Picture picture() {
    Map<Integer, Long> positions = new TreeMap<>();
    Tally written = Tally.ZERO;
    long keys = 0;
    long keyBytes = 0;
    for (Subtask subtask : subtasks.values()) {
      subtask.positions(positions);
      Handed handed = subtask.handed;
      written = written.plus(handed.tally());
      keys += handed.keys();
      keyBytes += handed.keyBytes();
    }
    return new Picture(consumed(), positions, written, keys, keyBytes);
  }

  /**
   * What a run has done so far.
   *
   * @param consumed records that it has read
   * @param positions offset after the last record that it has read, by partition
   * @param written rows in files that were handed to the committer
   * @param keys keys that dedup remembers
   * @param keyBytes bytes of the heap that they take
   */
  public record Picture(
      long consumed, Map<Integer, Long> positions, Tally written, long keys, long keyBytes) {
    public Picture {
      positions = Collections.unmodifiableMap(new TreeMap<>(positions));
    }
  }

  private record Handed(Tally tally, long keys, long keyBytes) {}

  /** What one subtask has done. A record costs two plain stores: one thread writes, others look. */
  static final class Subtask {
    private static final long NOTHING = -1;

    private final AtomicLong consumed = new AtomicLong();
    private volatile AtomicLongArray next = new AtomicLongArray(0);
    private volatile Handed handed = new Handed(Tally.ZERO, 0, 0);

    /** A record was taken. */
    void took(int partition, long offset) {
      AtomicLongArray offsets = next;
      if (partition >= offsets.length()) {
        offsets = grown(offsets, partition);
        next = offsets;
      }
      offsets.setOpaque(partition, offset + 1);
      consumed.setOpaque(consumed.getPlain() + 1);
    }

    private static AtomicLongArray grown(AtomicLongArray offsets, int partition) {
      AtomicLongArray larger = new AtomicLongArray(Math.max(8, 2 * partition + 1));
      for (int i = 0; i < larger.length(); i++) {
        larger.setPlain(i, i < offsets.length() ? offsets.getPlain(i) : NOTHING);
      }
      return larger;
    }

    /** What was written since the last time goes to the committer. */
    void handedOver(Committable made, long keys, long keyBytes) {
      handed = new Handed(handed.tally().plus(made.tally()), keys, keyBytes);
    }

    private long consumed() {
      return consumed.getOpaque();
    }

    private void positions(Map<Integer, Long> into) {
      AtomicLongArray offsets = next;
      for (int partition = 0; partition < offsets.length(); partition++) {
        long offset = offsets.getOpaque(partition);
        if (offset != NOTHING) {
          into.merge(partition, offset, Math::max);
        }
      }
    }
  }
}

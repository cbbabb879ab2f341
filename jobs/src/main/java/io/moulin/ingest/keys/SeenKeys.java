package io.moulin.ingest.keys;

/**
 * Keys of 126 bits and when each was seen: open addressing, 24 bytes a slot, no objects that the
 * collector would have to follow. The slots are between a half and seven tenths full, so that a key
 * takes 34 to 48 bytes.
 *
 * <p>A key lives as long as the clock is at most the time to live beyond it. The set is made of
 * segments, and as the clock goes on one after the other drops its dead keys and shrinks: after an
 * eighth of the time to live all have had their turn. So no key is held for longer than nine
 * eighths of the time to live, and the longest pause is that of one segment.
 *
 * <p>Two different keys are taken for one with a probability of at most {@code n · r / 2^126} for
 * {@code r} rows that meet {@code n} living keys each: 10^9 keys and 10^12 rows give 10^-17. The
 * keys are taken from MD5, so this holds for what happens by itself, not for a producer that makes
 * colliding keys on purpose; what it would lose are its own rows.
 */
public final class SeenKeys {
  private static final int SEGMENTS = 64;
  private static final int CELLS = 3;
  private static final int SMALLEST = 16;

  /** A round of sweeping takes this part of the time to live. */
  private static final int ROUNDS = 8;

  /** Zero is an empty slot, so that a new array is an empty segment. */
  private static final long FLIP = Long.MIN_VALUE;

  private final long withinMicros;
  private final long sweepEvery;
  private final Segment[] segments = new Segment[SEGMENTS];
  private long clock = Long.MIN_VALUE / 2;
  private long nextSweep = Long.MIN_VALUE;
  private int sweepAt;

  /**
   * @param withinMicros how long a key is remembered, in microseconds of record time
   */
  public SeenKeys(long withinMicros) {
    this.withinMicros = withinMicros;
    sweepEvery = Math.max(1, withinMicros / ROUNDS / SEGMENTS);
    for (int i = 0; i < SEGMENTS; i++) {
      segments[i] = new Segment();
    }
  }

  /** Puts the clock forward, by which keys are forgotten; it never goes back. */
  public void advance(long clockMicros) {
    if (clockMicros <= clock) {
      return;
    }
    clock = clockMicros;
    if (clock < nextSweep) {
      return;
    }
    if (nextSweep != Long.MIN_VALUE) {
      long due = Math.min(SEGMENTS, 1 + (clock - nextSweep) / sweepEvery);
      for (int i = 0; i < due; i++) {
        segments[sweepAt].sweep();
        sweepAt = (sweepAt + 1) % SEGMENTS;
      }
    }
    nextSweep = clock + sweepEvery;
  }

  /** Whether the key is new for a record of this time; from then on it is not. */
  public boolean add(long high, long low, long recordMicros) {
    Segment segment = segment(high);
    int cell = segment.find(high, low);
    if (seen(segment, cell, recordMicros)) {
      return false;
    }
    segment.put(cell, high, low, recordMicros);
    return true;
  }

  /** Whether {@link #add} would find the key, without adding it. */
  public boolean contains(long high, long low, long recordMicros) {
    Segment segment = segment(high);
    return seen(segment, segment.find(high, low), recordMicros);
  }

  /** Takes a key that a table holds; of several the latest counts, in whichever order they come. */
  public void remember(long high, long low, long recordMicros) {
    Segment segment = segment(high);
    int cell = segment.find(high, low);
    if (segment.empty(cell) || segment.at(cell) < recordMicros) {
      segment.put(cell, high, low, recordMicros);
    }
  }

  /** Keys that are held, dead ones that still wait to be swept included. */
  public long size() {
    long size = 0;
    for (Segment segment : segments) {
      size += segment.used;
    }
    return size;
  }

  /** Memory that the keys take. */
  public long bytes() {
    long bytes = 0;
    for (Segment segment : segments) {
      bytes += (long) segment.cells.length * Long.BYTES;
    }
    return bytes;
  }

  private boolean seen(Segment segment, int cell, long recordMicros) {
    return !segment.empty(cell)
        && alive(segment.at(cell))
        && recordMicros - segment.at(cell) <= withinMicros;
  }

  private boolean alive(long at) {
    return clock - at <= withinMicros;
  }

  private Segment segment(long high) {
    return segments[(int) (high >>> 40) & (SEGMENTS - 1)];
  }

  /** A part of the keys; the three cells of a slot are a key's two halves and its time. */
  private final class Segment {
    private long[] cells = new long[SMALLEST * CELLS];
    private int used;

    /** The first cell of the key's slot, or of the empty slot where it belongs. */
    int find(long high, long low) {
      int slots = cells.length / CELLS;
      int cell = (int) (((low & 0xFFFF_FFFFL) * slots) >>> 32) * CELLS;
      while (cells[cell + 2] != 0 && (cells[cell] != high || cells[cell + 1] != low)) {
        cell += CELLS;
        if (cell == cells.length) {
          cell = 0;
        }
      }
      return cell;
    }

    boolean empty(int cell) {
      return cells[cell + 2] == 0;
    }

    long at(int cell) {
      return cells[cell + 2] ^ FLIP;
    }

    void put(int cell, long high, long low, long recordMicros) {
      boolean fresh = empty(cell);
      cells[cell] = high;
      cells[cell + 1] = low;
      cells[cell + 2] = recordMicros ^ FLIP;
      if (fresh && ++used * 10L > cells.length / CELLS * 7L) {
        rebuild(living());
      }
    }

    /** Drops the dead when they are worth the work. */
    void sweep() {
      int living = living();
      if (used - living > used / 4) {
        rebuild(living);
      }
    }

    private int living() {
      int living = 0;
      for (int cell = 0; cell < cells.length; cell += CELLS) {
        living += !empty(cell) && alive(at(cell)) ? 1 : 0;
      }
      return living;
    }

    private void rebuild(int living) {
      long[] old = cells;
      cells = new long[Math.max(SMALLEST, living * 2) * CELLS];
      used = living;
      for (int cell = 0; cell < old.length; cell += CELLS) {
        long at = old[cell + 2] ^ FLIP;
        if (old[cell + 2] != 0 && alive(at)) {
          int to = find(old[cell], old[cell + 1]);
          System.arraycopy(old, cell, cells, to, CELLS);
        }
      }
    }
  }
}

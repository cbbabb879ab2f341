package io.moulin.load.trips;

import io.moulin.spec.MoulinException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/**
 * Makes a month of yellow-taxi trips as JSON lines, the same ones for the same seed: out of order
 * in time, with duplicates that come later, faulty rows and lines that are no JSON, and says how
 * many of each.
 */
public final class TripGenerator {
  private static final int DUPLICATES_PER_TEN_THOUSAND = 100;
  private static final int UNDECODABLE_PER_TEN_THOUSAND = 2;
  private static final int LATEST_DUPLICATE = 5_000;
  private static final TripFault[] FAULT_OF = faults();

  private final long rows;
  private final SplittableRandom random;
  private final TripWriter trip;
  private final Map<TripFault, Long> faults = new EnumMap<>(TripFault.class);
  private final PriorityQueue<Duplicate> pending = new PriorityQueue<>();
  private long trips;
  private long duplicates;
  private long undecodable;

  /**
   * @param rows lines to make
   * @param start first day of the trips
   */
  public TripGenerator(long rows, long seed, LocalDate start) {
    if (rows < 0) {
      throw new IllegalArgumentException("Invalid rows: " + rows);
    }
    this.rows = rows;
    this.random = new SplittableRandom(seed);
    this.trip = new TripWriter(random, start.atStartOfDay().toEpochSecond(ZoneOffset.UTC), rows);
    for (TripFault fault : TripFault.values()) {
      faults.put(fault, 0L);
    }
  }

  /**
   * What was planted. Together they are all rows.
   *
   * @param trips distinct trips without fault: what silver must hold
   * @param duplicates exact copies of those
   * @param faults rows that decode but violate a rule, by kind
   * @param undecodable lines that are no JSON object
   */
  public record Planted(
      long rows, long trips, long duplicates, Map<TripFault, Long> faults, long undecodable) {
    public Planted {
      faults = Map.copyOf(faults);
    }

    /** Rows that must be in quarantine. */
    public long faulty() {
      return faults.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  private static final class Duplicate implements Comparable<Duplicate> {
    private final long due;
    private final byte[] line;

    Duplicate(long due, byte[] line) {
      this.due = due;
      this.line = line;
    }

    @Override
    public int compareTo(Duplicate other) {
      return Long.compare(due, other.due);
    }
  }

  /** The fault for each of the numbers below ten thousand that has one. */
  private static TripFault[] faults() {
    List<TripFault> list = new ArrayList<>();
    for (TripFault fault : TripFault.values()) {
      for (int i = 0; i < fault.perTenThousand(); i++) {
        list.add(fault);
      }
    }
    return list.toArray(TripFault[]::new);
  }

  /** Writes the trips to a file, packed if its name ends in {@code .gz}. May be called once. */
  public Planted write(Path file) {
    try (OutputStream raw = Files.newOutputStream(file);
        OutputStream out =
            file.toString().endsWith(".gz")
                ? new GZIPOutputStream(raw, 1 << 16)
                : new BufferedOutputStream(raw, 1 << 16)) {
      return write(out);
    } catch (IOException e) {
      throw MoulinException.external(
          "file-unwritable",
          "Cannot write %s: %s".formatted(file, e),
          "check that the folder is writable and the disk has room",
          e);
    }
  }

  Planted write(OutputStream out) throws IOException {
    for (long row = 0; row < rows; row++) {
      out.write(line(row));
      out.write('\n');
    }
    return new Planted(rows, trips, duplicates, faults, undecodable);
  }

  private byte[] line(long row) {
    Duplicate due = pending.peek();
    if (due != null && due.due <= row) {
      pending.remove();
      duplicates++;
      return due.line;
    }
    int dice = random.nextInt(10_000);
    if (dice < FAULT_OF.length) {
      TripFault fault = FAULT_OF[dice];
      faults.merge(fault, 1L, Long::sum);
      return trip.line(row, fault);
    }
    if (dice < FAULT_OF.length + UNDECODABLE_PER_TEN_THOUSAND) {
      return trip.undecodable(row, (int) (undecodable++ % TripWriter.UNDECODABLE_KINDS));
    }
    byte[] line = trip.line(row, null);
    trips++;
    if (dice >= 10_000 - DUPLICATES_PER_TEN_THOUSAND) {
      // One that would come after the last row is never written and never counted.
      pending.add(new Duplicate(row + 1 + random.nextInt(LATEST_DUPLICATE), line));
    }
    return line;
  }
}

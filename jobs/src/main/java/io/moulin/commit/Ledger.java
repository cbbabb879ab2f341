package io.moulin.commit;

import io.moulin.spec.Layer;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the summary of every snapshot that Moulin commits: the counts of this commit, the
 * counts of all commits so far, and where the next one begins.
 *
 * @param token the commit's name, the same in every table of it: the dataset and the offset ranges.
 *     It holds nothing of Flink, so that a new job knows what an old one has committed.
 * @param run the run that made the commit
 * @param ranges the offsets of this commit
 * @param positions every partition ever read, with the offset where the next commit begins
 * @param epoch how many corrections there were; a job that finds another one than it began with
 *     begins anew
 * @param mended rows of quarantine and dead letters that were dealt with so far
 */
public record Ledger(
    String token,
    String run,
    Tally commit,
    Tally total,
    Map<Integer, PartitionRange> ranges,
    Map<Integer, PartitionRange> positions,
    long epoch,
    Mended mended) {

  /** Summary property with the ledger as JSON. */
  static final String PROPERTY = "moulin.ledger";

  /** Summary property with the token alone, for people who look. */
  static final String TOKEN_PROPERTY = "moulin.token";

  /** Summary property that says what the commit did: {@code ingest}, {@code rebuild}, … */
  public static final String OPERATION_PROPERTY = "moulin.operation";

  public Ledger {
    mended = written(mended);
    ranges = Collections.unmodifiableMap(new TreeMap<>(ranges));
    positions = Collections.unmodifiableMap(new TreeMap<>(positions));
  }

  /** The ledger of the commit that follows {@code last}. */
  static Ledger next(String dataset, String run, Optional<Ledger> last, Committable committable) {
    Map<Integer, PartitionRange> positions = new TreeMap<>();
    last.ifPresent(ledger -> positions.putAll(ledger.positions()));
    positions.putAll(committable.ranges());
    Tally before = last.map(Ledger::total).orElse(Tally.ZERO);
    return new Ledger(
        token(dataset, committable.ranges()),
        run,
        committable.tally(),
        before.plus(committable.tally()),
        committable.ranges(),
        positions,
        last.map(Ledger::epoch).orElse(0L),
        last.map(Ledger::mended).orElse(Mended.NONE));
  }

  /** The ledger of a correction that follows {@code last}; it reads nothing of the topic. */
  static Ledger corrected(String dataset, String run, Ledger last, Correction.After after) {
    long epoch = last.epoch() + 1;
    return new Ledger(
        "%s~%d-%s".formatted(dataset, epoch, run),
        run,
        Tally.ZERO,
        after.total(),
        Map.of(),
        after.positions(),
        epoch,
        after.mended());
  }

  /** A ledger that is older than corrections has none. */
  private static Mended written(@Nullable Mended mended) {
    return mended == null ? Mended.NONE : mended;
  }

  /** Rows that the table of a layer held after the commit. */
  public long rows(Layer layer) {
    return Books.expected(this, layer);
  }

  /** Whether this was committed after {@code other}. */
  public boolean after(Optional<Ledger> other) {
    long otherEpoch = other.map(Ledger::epoch).orElse(0L);
    long otherConsumed = other.map(Ledger::total).orElse(Tally.ZERO).consumed();
    return epoch > otherEpoch || (epoch == otherEpoch && total.consumed() > otherConsumed);
  }

  private static String token(String dataset, Map<Integer, PartitionRange> ranges) {
    StringBuilder token = new StringBuilder(dataset).append('@');
    String separator = "";
    for (Map.Entry<Integer, PartitionRange> entry : new TreeMap<>(ranges).entrySet()) {
      PartitionRange range = entry.getValue();
      token.append(separator).append(entry.getKey());
      token.append(':').append(range.from()).append('-').append(range.to());
      separator = ",";
    }
    return token.toString();
  }

  /** Whether a commit of ours made {@code snapshot}. */
  public static boolean in(Snapshot snapshot) {
    return snapshot.summary().containsKey(PROPERTY);
  }

  /** The newest ledger in the history of the table's main branch. */
  public static Optional<Ledger> newest(Table table) {
    return newest(table, table.currentSnapshot());
  }

  /** The newest ledger in the history that ends with {@code last}. */
  public static Optional<Ledger> newest(Table table, @Nullable Snapshot last) {
    for (Snapshot snapshot = last; snapshot != null; ) {
      Optional<Ledger> ledger = of(snapshot);
      if (ledger.isPresent()) {
        return ledger;
      }
      Long parent = snapshot.parentId();
      snapshot = parent == null ? null : table.snapshot(parent);
    }
    return Optional.empty();
  }

  /** The newest ledger among {@code snapshots}, which begin with the newest. */
  static Optional<Ledger> newest(Iterable<Snapshot> snapshots) {
    for (Snapshot snapshot : snapshots) {
      Optional<Ledger> ledger = of(snapshot);
      if (ledger.isPresent()) {
        return ledger;
      }
    }
    return Optional.empty();
  }

  /** The ledger of a snapshot; empty when Moulin has not made it. */
  public static Optional<Ledger> of(Snapshot snapshot) {
    return Optional.ofNullable(snapshot.summary().get(PROPERTY))
        .map(json -> Json.read(json, Ledger.class));
  }

  String toJson() {
    return Json.write(this);
  }
}

package io.moulin.commit;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.TableSpec;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits all tables of a dataset together, exactly once. The tables are the only truth: where a
 * job begins, what has been seen, what is unfinished is read from them, never from Flink's state.
 *
 * <p>A commit goes: (1) write the intent, with the files of every table; (2) commit to each table
 * in the fixed order of {@link DatasetSpec#tables()}, with the ledger in the snapshot's summary;
 * (3) clear the intent. Silver comes last and always gets a snapshot: once it is there, the commit
 * is made. A crash before (1) leaves files that no table knows, a crash later leaves an intent that
 * the next writer finishes; a table that has the token already is skipped. The outcome "unknown"
 * deletes nothing: the intent stays, and the next recovery reads what really happened.
 *
 * <p>A stream and a correction may be at work at once, in two processes: one at a time commits
 * ({@link CommitLock}), and every snapshot is checked against the history that it was worked out
 * from.
 */
public final class Committer {
  /** Code of the failure of a job whose tables somebody has corrected: it has to begin anew. */
  public static final String CORRECTED = "tables-corrected";

  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
  private static final long ANY_EPOCH = -1;

  private final Catalog catalog;
  private final DatasetSpec dataset;
  private final String run;
  private final CommitLock lock;
  private long epoch;

  /** A committer that is the only writer. */
  public Committer(Catalog catalog, DatasetSpec dataset, String run) {
    this(catalog, dataset, run, CommitLock.NONE);
  }

  public Committer(Catalog catalog, DatasetSpec dataset, String run, CommitLock lock) {
    this(catalog, dataset, run, lock, ANY_EPOCH);
  }

  /**
   * @param epoch how many corrections there were when the job began
   */
  Committer(Catalog catalog, DatasetSpec dataset, String run, CommitLock lock, long epoch) {
    this.catalog = catalog;
    this.dataset = dataset;
    this.run = run;
    this.lock = lock;
    this.epoch = epoch;
  }

  /**
   * Begins a run: finishes a commit that a crash has left between two tables, and deletes the files
   * that a run which did not end has left uncommitted.
   *
   * @return the newest ledger, empty when nothing has been committed yet
   */
  public Optional<Ledger> recover() {
    try (CommitLock.Held held = lock.take()) {
      Map<Layer, Table> tables = finished();
      Optional<Ledger> head = Ledger.newest(table(tables, Layer.SILVER));
      Table bronze = table(tables, Layer.BRONZE);
      RunMark.NOTE.read(bronze).ifPresent(left -> left.sweep(tables.values()));
      Proof.clear(tables.values()); // of rebuilds that died: who stages one has the lock
      RunMark.NOTE.write(bronze, new RunMark(run));
      epoch = head.map(Ledger::epoch).orElse(0L);
      return head;
    }
  }

  /** Says that the run has ended and left nothing behind. */
  public void end() {
    RunMark.NOTE.clear(table(load(), Layer.BRONZE));
  }

  /** Commits {@code committable}; does nothing when it holds no offsets. */
  public void commit(Committable committable) {
    if (committable.empty()) {
      return;
    }
    try (CommitLock.Held held = lock.take()) {
      Map<Layer, Table> tables = finished();
      Optional<Ledger> last = Ledger.newest(table(tables, Layer.SILVER));
      requireEpoch(last);
      requireNext(last, committable);
      Ledger ledger = Ledger.next(dataset.name(), run, last, committable);
      requireBalanced(ledger.token(), ledger.commit());
      make(CommitIntent.ofIngest(ledger, committable.files(), tokens(tables)), tables);
    }
  }

  /**
   * Makes a correction of what the tables hold; whoever works it out holds {@link #lock()}.
   *
   * @param last the ledger that it was worked out from
   * @return the ledger after it
   */
  public Ledger correct(Ledger last, Correction correction) {
    try (CommitLock.Held held = lock.take()) {
      Map<Layer, Table> tables = finished();
      Optional<Ledger> head = Ledger.newest(table(tables, Layer.SILVER));
      if (!head.map(Ledger::token).equals(Optional.of(last.token()))) {
        throw MoulinException.external(
            "tables-changed",
            "The tables of %s were committed to in the meantime".formatted(dataset.name()),
            "nothing was changed; run it again and it is worked out anew");
      }
      Ledger ledger = Ledger.corrected(dataset.name(), run, last, correction.after());
      requireBalanced(ledger.token(), ledger.total());
      CommitIntent intent = CommitIntent.of(ledger, correction);
      Proof proof = new Proof(dataset, intent);
      proof.check(tables);
      try {
        if (correction.kind() == Correction.Kind.REBUILD) {
          proof.stage(tables);
        }
        make(intent, tables);
      } finally {
        Proof.clear(tables.values());
      }
      return ledger;
    }
  }

  /**
   * Begins to work out a correction, beside a stream that may run: whatever a correction that did
   * not end has left is finished or deleted. One correction of a dataset at a time.
   */
  public void beginCorrection() {
    try (CommitLock.Held held = lock.take()) {
      Map<Layer, Table> tables = finished();
      Table bronze = table(tables, Layer.BRONZE);
      Proof.clear(tables.values());
      RunMark.CORRECTION.read(bronze).ifPresent(left -> left.sweep(tables.values()));
      RunMark.CORRECTION.write(bronze, new RunMark(run));
    }
  }

  /** Ends it: files that it has written and not committed are deleted, unless they still may be. */
  public void endCorrection() {
    try (CommitLock.Held held = lock.take()) {
      Map<Layer, Table> tables = load();
      Table bronze = table(tables, Layer.BRONZE);
      if (CommitIntent.NOTE.read(bronze).isEmpty()) {
        new RunMark(run).sweep(tables.values());
        RunMark.CORRECTION.clear(bronze);
      }
    }
  }

  /** The lock that commits take, for work that nobody may commit beside. */
  public CommitLock lock() {
    return lock;
  }

  /**
   * The tables, once a commit is finished that was left between two of them, and once they are
   * known to be of the same age.
   */
  public Map<Layer, Table> finished() {
    Map<Layer, Table> tables = load();
    Table bronze = table(tables, Layer.BRONZE);
    Optional<CommitIntent> intent = CommitIntent.NOTE.read(bronze);
    if (intent.isPresent()) {
      LOG.info("Finishing the commit {}", intent.get().ledger().token());
      finish(intent.get(), tables);
      CommitIntent.NOTE.clear(bronze);
      tables.values().forEach(Table::refresh);
    }
    requireLedger(tables);
    requireSameAge(Ledger.newest(table(tables, Layer.SILVER)), tables);
    return tables;
  }

  /**
   * Rows without a ledger say nothing of the offsets that they came from: going on would read the
   * topic from its beginning and double them.
   */
  private void requireLedger(Map<Layer, Table> tables) {
    for (Table table : tables.values()) {
      long rows = Books.rows(table);
      if (rows > 0 && Ledger.newest(table).isEmpty()) {
        throw MoulinException.check(
            "ledger-missing",
            "%s holds %,d rows, but no snapshot of its history says which commit they are of: its snapshots were expired or the table was replaced by somebody else"
                .formatted(table.name(), rows),
            "bring back a snapshot that has the property moulin.ledger, by a rollback or from a backup; where none is left, drop the tables of %s, then 'moulin apply' and read the topic anew"
                .formatted(dataset.name()));
      }
    }
  }

  private void finish(CommitIntent intent, Map<Layer, Table> tables) {
    try {
      apply(intent, tables);
    } catch (MoulinException e) {
      if (!e.code().equals("tables-changed") || begun(intent, tables)) {
        throw e;
      }
      // No table has any of it, and what it was worked out from is gone: it never happened.
      LOG.warn("Leaving the commit {}: {}", intent.ledger().token(), e.getMessage());
    }
  }

  private void make(CommitIntent intent, Map<Layer, Table> tables) {
    Table bronze = table(tables, Layer.BRONZE);
    CommitIntent.NOTE.write(bronze, intent);
    try {
      apply(intent, tables);
    } catch (MoulinException e) {
      if (e.code().equals("tables-changed") && !begun(intent, tables)) {
        CommitIntent.NOTE.clear(bronze);
      }
      throw e;
    }
    CommitIntent.NOTE.clear(bronze);
  }

  private void apply(CommitIntent intent, Map<Layer, Table> tables) {
    for (TableSpec spec : dataset.tables()) {
      if (intent.touches(spec.layer())) {
        new TableCommit(spec.layer(), table(tables, spec.layer()), intent).make();
      }
    }
  }

  private static boolean begun(CommitIntent intent, Map<Layer, Table> tables) {
    return tables.entrySet().stream()
        .anyMatch(
            entry -> {
              entry.getValue().refresh();
              return new TableCommit(entry.getKey(), entry.getValue(), intent).made();
            });
  }

  private static Map<Layer, String> tokens(Map<Layer, Table> tables) {
    Map<Layer, String> tokens = new EnumMap<>(Layer.class);
    tables.forEach(
        (layer, table) ->
            Ledger.newest(table).ifPresent(ledger -> tokens.put(layer, ledger.token())));
    return tokens;
  }

  private static void requireBalanced(String token, Tally tally) {
    if (!tally.balanced()) {
      throw MoulinException.check(
          "books-do-not-balance",
          "The rows of the commit %s do not balance: %s".formatted(token, tally),
          "nothing was committed; this is a bug of Moulin: please report it");
    }
  }

  /** What the job has read of the tables no longer holds once they were corrected. */
  private void requireEpoch(Optional<Ledger> last) {
    long now = last.map(Ledger::epoch).orElse(0L);
    if (epoch == ANY_EPOCH) {
      epoch = now;
    } else if (epoch != now) {
      throw MoulinException.external(
          CORRECTED,
          "The tables of %s were corrected while the job ran".formatted(dataset.name()),
          "nothing is lost: the job begins anew from the tables");
    }
  }

  /**
   * Each partition goes on exactly where the last commit ended: no gap that was read, no overlap.
   */
  private void requireNext(Optional<Ledger> last, Committable committable) {
    if (last.isEmpty()) {
      return;
    }
    committable
        .ranges()
        .forEach(
            (partition, range) -> {
              PartitionRange before = last.get().positions().get(partition);
              if (before != null && range.from() < before.to()) {
                throw MoulinException.check(
                    "state-older-than-tables",
                    "Partition %d of %s is committed up to offset %d, but the job read from %d"
                        .formatted(partition, dataset.name(), before.to(), range.from()),
                    "is a second job of this dataset running? stop it and run again; to read records"
                        + " again on purpose: moulin replay "
                        + dataset.name()
                        + " --from-offset … --rewind");
              }
            });
  }

  /** No table may be ahead of silver once nothing is unfinished: somebody has rolled one back. */
  private void requireSameAge(Optional<Ledger> head, Map<Layer, Table> tables) {
    for (Table table : tables.values()) {
      Optional<Ledger> newest = Ledger.newest(table);
      if (newest.isPresent() && newest.get().after(head)) {
        throw MoulinException.check(
            "tables-out-of-step",
            "%s has been committed further than silver.%s: somebody has rolled back or replaced a table"
                .formatted(table.name(), dataset.table()),
            "roll %s back to a snapshot whose moulin.token is the newest of silver.%s"
                .formatted(table.name(), dataset.table()));
      }
    }
  }

  private Map<Layer, Table> load() {
    Map<Layer, Table> tables = new EnumMap<>(Layer.class);
    for (TableSpec spec : dataset.tables()) {
      tables.put(
          spec.layer(),
          catalog.loadTable(TableIdentifier.of(spec.layer().namespace(), spec.name())));
    }
    return tables;
  }

  private static Table table(Map<Layer, Table> tables, Layer layer) {
    Table table = tables.get(layer);
    if (table == null) {
      throw new IllegalStateException("Cannot find the table of layer " + layer);
    }
    return table;
  }
}

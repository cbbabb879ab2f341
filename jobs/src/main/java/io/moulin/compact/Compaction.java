package io.moulin.compact;

import io.moulin.commit.CommitLock;
import io.moulin.commit.Committer;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.TableSpec;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compacts the tables of a dataset, while its stream may run: every commit adds files, and whoever
 * reads a table opens each of them. The rows stay, so the books and whoever follows silver have
 * nothing to do with it: its snapshots are Iceberg's {@code replace}, without a ledger. The small
 * files stay for as long as a snapshot has them.
 *
 * <p>It takes turns with corrections, which are worked out over the files that it replaces.
 */
public final class Compaction {
  private static final Logger LOG = LoggerFactory.getLogger(Compaction.class);

  private final Catalog catalog;
  private final DatasetSpec dataset;
  private final CompactionWork work;

  public Compaction(Catalog catalog, DatasetSpec dataset, CompactionWork work) {
    this.catalog = catalog;
    this.dataset = dataset;
    this.work = work;
  }

  /**
   * Merges what is due, as long as no correction is being worked out. A table that cannot be merged
   * is left as it is, with a warning.
   *
   * @param ending asked between files: what is left then is left for the next time
   * @return how many files less the tables have
   * @throws io.moulin.spec.MoulinException when the catalog or the tables refuse
   * @throws CommitStateUnknownException when the catalog did not say whether it has a commit
   */
  public long run(BooleanSupplier ending) {
    Set<String> failed = new HashSet<>();
    long less = 0;
    long gone;
    do {
      gone = pass(failed, ending);
      less += gone;
    } while (gone > 0 && !ending.getAsBoolean());
    return less;
  }

  /** Merges some of what is due: whoever wants to correct something has not long to wait. */
  private long pass(Set<String> failed, BooleanSupplier ending) {
    Optional<CommitLock.Held> alone =
        CommitLock.ofCompaction(work.locks(), dataset.name()).tryTake();
    if (alone.isEmpty()) {
      return 0;
    }
    try (CommitLock.Held held = alone.get()) {
      List<TableMerge> due = new ArrayList<>();
      for (TableSpec spec : dataset.tables()) {
        if (!failed.contains(spec.fullName())) {
          TableIdentifier name = TableIdentifier.of(spec.layer().namespace(), spec.name());
          TableMerge.due(spec, catalog.loadTable(name), work.several()).ifPresent(due::add);
        }
      }
      return due.isEmpty() ? 0 : merge(due, failed, ending);
    }
  }

  private long merge(List<TableMerge> due, Set<String> failed, BooleanSupplier ending) {
    String run = UUID.randomUUID().toString();
    Committer committer =
        new Committer(catalog, dataset, run, CommitLock.of(work.locks(), dataset.name()));
    // What a crash leaves of it is found by the mark of corrections, and deleted.
    committer.beginCorrection();
    boolean known = true;
    try {
      long less = 0;
      for (TableMerge merge : due) {
        try {
          less += ending.getAsBoolean() ? 0 : merge.run(work, run, committer.lock(), ending);
        } catch (SQLException | IOException e) {
          failed.add(merge.name());
          LOG.warn("Cannot merge files of {}, which stays as it is", merge.name(), e);
        }
      }
      return less;
    } catch (CommitStateUnknownException e) {
      known = false;
      throw e;
    } finally {
      // Files that a table may still get are not deleted: the mark stays, and who begins next, some
      // commits later, reads which of them it has.
      if (known) {
        committer.endCorrection();
      }
    }
  }
}

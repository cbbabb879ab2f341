package io.moulin.ingest.mend;

import io.moulin.commit.CommitLock;
import io.moulin.commit.Committer;
import io.moulin.commit.Ledger;
import io.moulin.commit.Tally;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.iceberg.Table;

/** Where corrections are worked out: one at a time, and nothing of a failed one is left behind. */
final class Workshop {
  private final MendJob job;
  private final Committer committer;
  private final String run;
  private final AtomicInteger written = new AtomicInteger();

  private Workshop(MendJob job, Committer committer, String run) {
    this.job = job;
    this.committer = committer;
    this.run = run;
  }

  /** Works out a correction and makes it. */
  static Outcome alone(MendJob job, Work work) {
    String run = UUID.randomUUID().toString();
    String name = job.dataset().name();
    Optional<CommitLock.Held> alone = CommitLock.ofCorrections(job.locks(), name).tryTake();
    if (alone.isEmpty()) {
      throw MoulinException.external(
          "correction-running",
          "Another correction of %s is being worked out".formatted(name),
          "wait until it ends, then run this again");
    }
    // A compaction is soon done, and none begins until this is.
    try (CommitLock.Held held = alone.get();
        CommitLock.Held files = CommitLock.ofCompaction(job.locks(), name).take()) {
      Committer committer =
          new Committer(job.catalog(), job.dataset(), run, CommitLock.of(job.locks(), name));
      committer.beginCorrection();
      try {
        return work.run(new Workshop(job, committer, run));
      } finally {
        committer.endCorrection();
        delete(job.folder());
      }
    } catch (SQLException e) {
      throw failed(name, e);
    } catch (IOException e) {
      throw MoulinException.external(
          "correction-failed",
          "Cannot work out the correction of %s: %s".formatted(name, e.getMessage()),
          "nothing was changed; check the disk and run it again",
          e);
    }
  }

  static MoulinException failed(String name, SQLException e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    boolean asked =
        message.startsWith("Binder Error")
            || message.startsWith("Parser Error")
            || message.startsWith("Conversion Error")
            || message.startsWith("Catalog Error");
    return asked
        ? MoulinException.user(
            "bad-condition",
            "The condition cannot be evaluated: " + message,
            "write a DuckDB expression over the columns of the table, such as \"total_amount < 0\"",
            e)
        : MoulinException.external(
            "correction-failed",
            "Cannot work out the correction of %s: %s".formatted(name, message),
            "nothing was changed; run it again, with more engine.memory if it was too little",
            e);
  }

  /**
   * Works over the tables as they are, while nobody commits; not where nothing was committed yet.
   */
  Outcome overTables(OverTables work) throws SQLException, IOException {
    try (CommitLock.Held held = committer.lock().take()) {
      Map<Layer, Table> tables = committer.finished();
      Optional<Ledger> head = head(tables);
      if (head.isEmpty()) {
        return new Outcome(false, 0, Map.of(), 0, Tally.ZERO, Tally.ZERO);
      }
      try (Bench bench = bench(tables)) {
        return work.run(bench, head.get());
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder)) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }

  MendJob job() {
    return job;
  }

  Committer committer() {
    return committer;
  }

  /** The tables as they are now. Nobody commits to them while the caller has the lock. */
  Bench bench(Map<Layer, Table> tables) throws SQLException, IOException {
    return Bench.over(job, run, written, tables);
  }

  /** The head of the ledger. */
  static Optional<Ledger> head(Map<Layer, Table> tables) {
    return Optional.ofNullable(tables.get(Layer.SILVER)).flatMap(Ledger::newest);
  }

  /** Who, why and how many, as the snapshots say. */
  Map<String, String> audit(String why, long rows) {
    Map<String, String> audit = new TreeMap<>();
    audit.put("moulin.by", job.who());
    audit.put("moulin.at", job.clock().instant().toString());
    audit.put("moulin.rows", Long.toString(rows));
    if (!why.isEmpty()) {
      audit.put("moulin.why", why);
    }
    return audit;
  }

  /** A correction of what a ledger says. */
  @FunctionalInterface
  interface OverTables {
    Outcome run(Bench bench, Ledger head) throws SQLException, IOException;
  }

  /** A correction. */
  @FunctionalInterface
  interface Work {
    Outcome run(Workshop workshop) throws SQLException, IOException;
  }
}

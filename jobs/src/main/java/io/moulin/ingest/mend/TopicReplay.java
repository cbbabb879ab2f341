package io.moulin.ingest.mend;

import static io.moulin.spec.DatasetTables.OFFSET;
import static io.moulin.spec.DatasetTables.PARTITION;

import io.moulin.commit.CommitLock;
import io.moulin.commit.Correction;
import io.moulin.commit.Correction.Changes;
import io.moulin.commit.Ledger;
import io.moulin.commit.PartitionRange;
import io.moulin.commit.Tally;
import io.moulin.ingest.RawRecord;
import io.moulin.spec.Layer;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expressions;
import org.apache.kafka.common.KafkaException;

/**
 * Reads a stretch of the topic again that the tables have passed, and takes what they do not hold:
 * neither in bronze nor among the dead letters. Where bronze lacks rows that the ledger counts,
 * because somebody has deleted them, they are put back and nothing is counted twice; otherwise the
 * records are new to the books and go to bronze and on.
 */
public final class TopicReplay {
  /** Name of the place of records that the tables hold. */
  static final String THERE = "already there";

  private final Workshop workshop;
  private final FromPlace place;
  private final Map<String, String> kafka;
  private long there;

  private TopicReplay(Workshop workshop, FromPlace place, Map<String, String> kafka) {
    this.workshop = workshop;
    this.place = place;
    this.kafka = kafka;
  }

  /**
   * Reads the topic again, as far as the tables have read it.
   *
   * @param kafka properties of a Kafka client
   */
  public static Outcome run(MendJob job, FromPlace place, Map<String, String> kafka) {
    return Workshop.alone(job, workshop -> new TopicReplay(workshop, place, kafka).replay());
  }

  private Outcome replay() throws SQLException, IOException {
    String topic = workshop.job().dataset().source().topic();
    try (CommitLock.Held held = workshop.committer().lock().take();
        TopicReader reader = new TopicReader(topic, kafka)) {
      Map<Layer, Table> tables = workshop.committer().finished();
      Optional<Ledger> head = Workshop.head(tables);
      if (head.isEmpty()) {
        return new Outcome(false, 0, Map.of(), 0, Tally.ZERO, Tally.ZERO);
      }
      try (Bench bench = workshop.bench(tables)) {
        return replay(bench, head.get(), reader);
      }
    } catch (KafkaException e) {
      throw TopicReader.failed(topic, e);
    }
  }

  private Outcome replay(Bench bench, Ledger head, TopicReader reader)
      throws SQLException, IOException {
    Verdicts.rememberNothing(bench);
    boolean lacks =
        rows(bench, Layer.BRONZE) < head.total().bronze()
            || rows(bench, Layer.DEAD_LETTERS) < head.total().dead() + head.mended().deadReplayed();
    Redecode.Kind kind = lacks ? Redecode.Kind.RESTORED : Redecode.Kind.MISSED;
    try (Redecode redecode = new Redecode(bench, kind, workshop.job().clock().instant())) {
      for (Map.Entry<Integer, Long> from : reader.offsets(place).entrySet()) {
        PartitionRange read = head.positions().get(from.getKey());
        if (read != null && from.getValue() < read.to()) {
          hold(bench, from.getKey());
          reader.read(
              from.getKey(),
              from.getValue(),
              read.to(),
              records -> redecode.pass(missing(bench, records)));
        }
      }
      return outcome(bench, head, redecode, kind);
    }
  }

  private static long rows(Bench bench, Layer layer) throws SQLException {
    return bench.number("SELECT count(*) FROM " + bench.files(layer).rows());
  }

  /** Makes a table of the offsets that the tables hold of a partition. */
  private static void hold(Bench bench, int partition) throws SQLException {
    List<String> both = new ArrayList<>();
    for (Layer layer : List.of(Layer.BRONZE, Layer.DEAD_LETTERS)) {
      both.add(
          "SELECT %s AS o FROM %s WHERE %s = %d"
              .formatted(
                  OFFSET,
                  bench.files(layer).rows(Expressions.equal(PARTITION, partition)),
                  PARTITION,
                  partition));
    }
    bench.duck().run("CREATE OR REPLACE TEMP TABLE held AS " + String.join(" UNION ALL ", both));
  }

  private List<RawRecord> missing(Bench bench, List<RawRecord> records) throws SQLException {
    Set<Long> held = new HashSet<>();
    bench
        .duck()
        .query(
            "SELECT o FROM held WHERE o BETWEEN %d AND %d"
                .formatted(records.get(0).offset, records.get(records.size() - 1).offset),
            row -> held.add(row.getLong(1)));
    List<RawRecord> missing = new ArrayList<>();
    for (RawRecord record : records) {
      if (held.contains(record.offset)) {
        there++;
      } else {
        missing.add(record);
      }
    }
    return missing;
  }

  private Outcome outcome(Bench bench, Ledger head, Redecode redecode, Redecode.Kind kind)
      throws SQLException {
    Tally read = redecode.tally();
    Map<String, Long> places = new TreeMap<>(redecode.places());
    places.put(THERE, there);
    if (kind == Redecode.Kind.RESTORED) {
      places.put("bronze, put back", read.bronze());
    }
    if (read.dead() > 0) {
      places.put("dead letters", read.dead());
    }
    Tally total = kind == Redecode.Kind.RESTORED ? head.total() : head.total().plus(read);
    if (read.consumed() > 0) {
      Map<Layer, Changes> changes = new EnumMap<>(Layer.class);
      redecode.files().forEach((layer, files) -> changes.put(layer, new Changes(files, List.of())));
      workshop
          .committer()
          .correct(
              head,
              new Correction(
                  Correction.Kind.REPLAY,
                  changes,
                  bench.basis(),
                  new Correction.After(total, head.mended(), head.positions()),
                  workshop.audit("", read.consumed())));
    }
    return new Outcome(
        read.consumed() > 0, there + read.consumed(), places, 0, head.total(), total);
  }
}

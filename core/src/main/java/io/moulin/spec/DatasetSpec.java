package io.moulin.spec;

import io.moulin.spec.history.HistorySpec;
import io.moulin.spec.history.HistoryTable;
import io.moulin.spec.live.LiveSpec;
import io.moulin.spec.live.LiveTable;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One stream, as its manifest declares it.
 *
 * @param name dotted name, for example {@code taxi.trips}; also the stable id of the dataset
 * @param table name of its tables within the layers, for example {@code trips}
 * @param freshness how often a running job commits; null for the engine's interval
 * @param quarantine how many rows may be quarantined; null for any
 * @param columns what is on the wire, in order; never empty
 * @param nulls texts that mean "no value"
 * @param partition how silver is partitioned
 * @param bronzePartition how bronze is partitioned
 * @param history which history is kept of silver; null for none
 * @param live aggregates over windows of silver that are kept up to date
 * @param at where the manifest begins
 */
public record DatasetSpec(
    String name,
    String table,
    String doc,
    SourceSpec source,
    @Nullable Duration freshness,
    DeadLetterSpec deadLetters,
    @Nullable QuarantineSpec quarantine,
    @Nullable TimeSpec time,
    List<ColumnSpec> columns,
    UnknownFields unknownFields,
    List<String> nulls,
    List<DerivedSpec> derived,
    List<RuleSpec> rules,
    @Nullable DedupSpec dedup,
    @Nullable KeySpec key,
    List<PartitionSpec> partition,
    List<PrivacySpec> privacy,
    List<PartitionSpec> bronzePartition,
    @Nullable HistorySpec history,
    List<LiveSpec> live,
    Place at)
    implements Serializable {

  public DatasetSpec {
    columns = List.copyOf(columns);
    nulls = List.copyOf(nulls);
    derived = List.copyOf(derived);
    rules = List.copyOf(rules);
    partition = List.copyOf(partition);
    bronzePartition = List.copyOf(bronzePartition);
    privacy = List.copyOf(privacy);
    live = List.copyOf(live);
  }

  /**
   * A dataset with the defaults of what is not named: the engine's interval, no rate that is too
   * high, no partitions of bronze, nothing that follows silver.
   */
  public DatasetSpec(
      String name,
      String table,
      String doc,
      SourceSpec source,
      DeadLetterSpec deadLetters,
      @Nullable TimeSpec time,
      List<ColumnSpec> columns,
      UnknownFields unknownFields,
      List<String> nulls,
      List<DerivedSpec> derived,
      List<RuleSpec> rules,
      @Nullable DedupSpec dedup,
      @Nullable KeySpec key,
      List<PartitionSpec> partition,
      List<PrivacySpec> privacy,
      Place at) {
    this(
        name,
        table,
        doc,
        source,
        null,
        deadLetters,
        null,
        time,
        columns,
        unknownFields,
        nulls,
        derived,
        rules,
        dedup,
        key,
        partition,
        privacy,
        List.of(),
        null,
        List.of(),
        at);
  }

  /** How often a running job commits, on an engine whose own interval is {@code otherwise}. */
  public Duration commitInterval(Duration otherwise) {
    return freshness == null ? otherwise : freshness;
  }

  /** What happens to a field of a record that no column declares. */
  public enum UnknownFields {
    /** It is dropped. */
    IGNORE,
    /** It is kept as JSON in the column {@code _extra}. */
    KEEP,
    /** Its row is quarantined with the reason {@code UNKNOWN_FIELD}. */
    QUARANTINE
  }

  /** The tables that the books are about, in the fixed order in which they are committed. */
  public List<TableSpec> tables() {
    return DatasetTables.of(this);
  }

  /** The table of the history, if one is kept. */
  public Optional<TableSpec> historyTable() {
    HistorySpec kept = history;
    return kept == null
        ? Optional.empty()
        : Optional.of(HistoryTable.of(kept, table(Layer.SILVER)));
  }

  /** All tables of this dataset: those of the books, and what is made of them. */
  public List<TableSpec> everyTable() {
    List<TableSpec> all = new ArrayList<>(tables());
    historyTable().ifPresent(all::add);
    live.forEach(each -> all.add(LiveTable.of(each, this)));
    return List.copyOf(all);
  }

  /** The same dataset with this history. */
  public DatasetSpec withHistory(HistorySpec kept) {
    return with(kept, live);
  }

  /** The same dataset with these live aggregates. */
  public DatasetSpec withLive(List<LiveSpec> aggregates) {
    return with(history, aggregates);
  }

  private DatasetSpec with(@Nullable HistorySpec kept, List<LiveSpec> aggregates) {
    return new DatasetSpec(
        name,
        table,
        doc,
        source,
        freshness,
        deadLetters,
        quarantine,
        time,
        columns,
        unknownFields,
        nulls,
        derived,
        rules,
        dedup,
        key,
        partition,
        privacy,
        bronzePartition,
        kept,
        aggregates,
        at);
  }

  /** The topics of this dataset: the source's and the dead letters'. */
  public List<TopicSpec> topics() {
    return List.of(
        new TopicSpec(source.topic(), source.partitions(), source.retention()),
        new TopicSpec(deadLetters.topic(), deadLetters.partitions(), deadLetters.retention()));
  }

  /** The table of one layer of the books. */
  public TableSpec table(Layer layer) {
    return tables().stream()
        .filter(table -> table.layer() == layer)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("Invalid layer: " + layer + " of dataset " + name));
  }
}

package io.moulin.manifest;

import io.moulin.manifest.SilverNames.Name;
import io.moulin.manifest.block.Section;
import io.moulin.manifest.block.Section.Text;
import io.moulin.manifest.block.Suggestions;
import io.moulin.manifest.yaml.Problems;
import io.moulin.spec.Conversions;
import io.moulin.spec.DataType;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.DatasetTables;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.PartitionSpec.Transform;
import io.moulin.spec.PrivacySpec;
import io.moulin.spec.history.HistoryTable;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a dataset names silver columns: dedup, key, partition, privacy, history, live. */
final class DatasetUses {
  private static final int MOST_BUCKETS = 256;
  private static final List<String> PARTS = List.of("year", "month", "day", "hour");

  private final Section dataset;
  private final SilverNames silver;
  private final Problems problems;
  private final Set<String> dropped = new HashSet<>();

  DatasetUses(Section dataset, SilverNames silver, Problems problems) {
    this.dataset = dataset;
    this.silver = silver;
    this.problems = problems;
  }

  void check() {
    privacy();
    listed(dataset.part("dedup"), "key", "dedup.key");
    listed(dataset.part("key"), "of", "key.of");
    partition();
    bronze();
    history();
    new LiveChecks(dataset, silver, this, problems).check();
  }

  /** Whether privacy keeps a column out of silver. */
  boolean dropped(String column) {
    return dropped.contains(column);
  }

  private void history() {
    Section history = dataset.part("history");
    if (history == null) {
      return;
    }
    listed(history, "key", "history.key");
    Set<String> seen = new HashSet<>(history.strings("key"));
    for (Text column : history.texts("track")) {
      Name name = known(column, silver.columns(), "history.track");
      if (name != null && dropped.contains(name.name())) {
        gone(name, column, "history.track");
      }
      twice(seen, column.text(), column, "history");
    }
    for (String field : List.of("key", "track")) {
      history.texts(field).forEach(this::notOfTheHistory);
    }
    order(history);
    withoutChanges(history);
    if (history.count("buckets") > MOST_BUCKETS) {
      problems.error(
          "out-of-range",
          history.at("buckets"),
          "A history has at most %d buckets, not %d"
              .formatted(MOST_BUCKETS, history.count("buckets")),
          "each is at least one file, which every query opens",
          "write " + MOST_BUCKETS + " or less");
    }
  }

  private void notOfTheHistory(Text column) {
    if (HistoryTable.RESERVED.contains(column.text().toLowerCase(Locale.ROOT))) {
      problems.error(
          "reserved-name",
          column.at(),
          "The history has a column '" + column.text() + "' of its own",
          "",
          "give the column another name in silver");
    }
  }

  /** A history is of changes or of listings, and either has a time. */
  private void order(Section history) {
    Text changes = history.given("order-by");
    Text listing = history.given("listing");
    if (history.broken("order-by") || history.broken("listing")) {
      return;
    }
    if ((changes == null) == (listing == null)) {
      problems.error(
          changes == null ? "missing-field" : "useless-field",
          changes == null ? history.at() : history.at("listing"),
          changes == null
              ? "Field 'order-by' or 'listing' is missing in history"
              : "A history has 'order-by' or 'listing', not both",
          "a row says how its key is from a time on, or belongs to a listing of all keys",
          changes == null ? "add order-by: …, the time of a change" : "remove one of them");
    }
    if (listing != null && history.has("deletes")) {
      problems.error(
          "useless-field",
          history.at("deletes"),
          "In a history of listings no row ends a key",
          "a key has ended when the next listing lacks it",
          "remove deletes");
    }
    Text order = listing == null ? changes : listing;
    if (order == null) {
      return;
    }
    String what = listing == null ? "history.order-by" : "history.listing";
    Name name = known(order, silver.columns(), what);
    if (name != null && dropped.contains(name.name())) {
      gone(name, order, what);
    }
    DataType type = name == null ? null : name.type();
    if (type != null && type != Scalar.DATE && !Conversions.temporal(type)) {
      problems.error(
          "wrong-column-type",
          order.at(),
          "Column '" + order.text() + "' is " + type + "; " + what + " needs a time",
          "versions hold from one time to another",
          "name a date or timestamp, or derive one");
    }
  }

  /** What dedup takes for the same row never reaches the history. */
  private void withoutChanges(Section history) {
    Section dedup = dataset.part("dedup");
    List<String> same = dedup == null ? List.of() : dedup.strings("key");
    if (dedup != null && !same.isEmpty() && history.strings("key").containsAll(same)) {
      problems.warning(
          "history-without-changes",
          dedup.at("key"),
          "dedup keeps one row of each key, so the history never sees a change of it",
          "rows that are equal in dedup.key are duplicates",
          "add the time of the change to dedup.key");
    }
  }

  /** Checks a list of silver columns that have to be scalars. */
  void listed(@Nullable Section section, String field, String what) {
    if (section == null) {
      return;
    }
    Set<String> seen = new HashSet<>();
    for (Text column : section.texts(field)) {
      Name name = known(column, silver.columns(), what);
      if (name != null && dropped.contains(name.name())) {
        gone(name, column, what);
      }
      if (name != null && name.type() != null && name.type().nested()) {
        problems.error(
            "wrong-column-type",
            column.at(),
            "Column '" + column.text() + "' is " + name.type() + "; " + what + " takes scalars",
            "",
            "take a part of it with derive");
      }
      twice(seen, column.text(), column, what);
    }
  }

  private void partition() {
    Set<String> seen = new HashSet<>();
    for (Text entry : dataset.texts("partition")) {
      PartitionSpec partition = partition(entry);
      if (partition == null) {
        continue;
      }
      Text column = new Text(partition.column(), entry.at(), "");
      Name name = known(column, silver.all(), "partition");
      if (name != null && dropped.contains(name.name())) {
        gone(name, entry, "partition");
      }
      if (name != null && name.type() != null) {
        transform(partition, name.type(), entry, "Silver");
      }
      twice(seen, partition.toString(), entry, "partition");
    }
  }

  /** What an entry of a partition says; null after reporting that it says nothing. */
  private @Nullable PartitionSpec partition(Text entry) {
    PartitionSpec partition = Datasets.partitionOrNull(entry.text());
    if (partition == null) {
      int open = entry.text().indexOf('(');
      String word = entry.text().substring(0, open).strip().toLowerCase(Locale.ROOT);
      problems.error(
          "invalid-partition",
          entry.at(),
          "'" + entry.text() + "' is no partition",
          "",
          PARTS.contains(word)
              ? "write " + word + "(column)"
              : Suggestions.fix(word, PARTS, "write a column, or one of these of a column"));
    }
    return partition;
  }

  /** Bronze is partitioned by what is on the wire, or by when it came. */
  private void bronze() {
    Map<String, DataType> wire = new LinkedHashMap<>();
    for (Section column : dataset.parts("columns")) {
      DataType type = column.type("type");
      if (type != null) {
        wire.put(column.text("name"), type);
      }
    }
    wire.put(DatasetTables.RECORD_TIME, Scalar.TIMESTAMPTZ);
    wire.put(DatasetTables.INGESTED_AT, Scalar.TIMESTAMPTZ);
    Set<String> seen = new HashSet<>();
    for (Text entry : dataset.partOrEmpty("bronze").texts("partition")) {
      PartitionSpec partition = partition(entry);
      if (partition == null) {
        continue;
      }
      DataType type = wire.get(partition.column());
      if (type != null) {
        transform(partition, type, entry, "Bronze");
      } else if (!dataset.broken("columns")) {
        problems.error(
            "unknown-column",
            entry.at(),
            "There is no column '" + partition.column() + "' in bronze",
            "bronze has the names of the wire",
            Suggestions.fix(partition.column(), wire.keySet(), "columns"));
      }
      // Iceberg refuses a second transform of the same time: the day has the month in it.
      twice(seen, partition.column(), entry, "bronze.partition");
    }
  }

  private void gone(Name name, Text at, String what) {
    problems.error(
        "unknown-column",
        at.at(),
        "Column '" + name.name() + "' is dropped by privacy, so silver has none for " + what,
        "",
        "name another column, or hash it (then: sha256) instead of dropping it");
  }

  private void transform(PartitionSpec partition, DataType type, Text entry, String table) {
    boolean fits =
        switch (partition.transform()) {
          case IDENTITY ->
              !type.nested()
                  && type != Scalar.FLOAT
                  && type != Scalar.DOUBLE
                  && type != Scalar.BINARY;
          case YEAR, MONTH, DAY -> type == Scalar.DATE || Conversions.temporal(type);
          case HOUR -> Conversions.temporal(type);
        };
    if (!fits) {
      problems.error(
          "wrong-column-type",
          entry.at(),
          table + " cannot be partitioned by " + partition + ": the column is " + type,
          partition.transform() == Transform.IDENTITY
              ? "a partition is a set of equal values, which this type does not have reliably"
              : "the parts of a time need a date or a timestamp",
          "partition by a column of another type, or derive one");
    }
  }

  private void privacy() {
    Set<String> seen = new HashSet<>();
    for (Section privacy : dataset.parts("privacy")) {
      Text column = privacy.given("column");
      if (column == null) {
        continue;
      }
      List<String> wired = dataset.parts("columns").stream().map(Datasets::as).distinct().toList();
      Name name = known(column, wired, "privacy");
      DataType type = name == null ? null : name.type();
      boolean drops =
          privacy.has("then")
              && privacy.option("then", PrivacySpec.Then.class) == PrivacySpec.Then.DROP;
      if (drops) {
        dropped.add(column.text());
      } else if (type != null && type != Scalar.STRING) {
        problems.error(
            "wrong-column-type",
            column.at(),
            "Column '" + column.text() + "' is " + type + "; only a string can be hashed or masked",
            "",
            "make its silver type string, or drop it");
      }
      twice(seen, column.text(), column, "privacy");
    }
  }

  private @Nullable Name known(Text column, List<String> known, String what) {
    if (known.contains(column.text())) {
      return silver.name(column.text());
    }
    if (!silver.complete()) {
      return null;
    }
    problems.error(
        "unknown-column",
        column.at(),
        "There is no column '" + column.text() + "' in silver",
        what + " takes the names of silver",
        wireHint(column.text(), known));
    return null;
  }

  /** Who names a column as it is on the wire gets what silver calls it. */
  private String wireHint(String text, List<String> known) {
    for (Section column : dataset.parts("columns")) {
      String as = Datasets.as(column);
      if (column.text("name").equals(text) && known.contains(as)) {
        return "did you mean '" + as + "'? That is what silver calls it";
      }
    }
    return Suggestions.fix(text, known, "columns");
  }

  void twice(Set<String> seen, String key, Text at, String what) {
    if (!seen.add(key)) {
      problems.error(
          "duplicate-entry",
          at.at(),
          "'" + key + "' is twice in " + what,
          "",
          "remove one of them");
    }
  }
}

package io.moulin.commit;

import io.moulin.commit.Correction.Changes;
import io.moulin.spec.Layer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A commit that is about to be made, written down before its first table is touched: after a crash
 * between two tables it says what is still to do.
 *
 * @param files data files that an ingest adds
 * @param before of an ingest: the newest token of each table that it was worked out from
 * @param correction set when this is not an ingest
 */
record CommitIntent(
    Ledger ledger,
    Map<Layer, List<String>> files,
    @Nullable Map<Layer, String> before,
    @Nullable Correction correction) {
  static final Note<CommitIntent> NOTE = new Note<>("moulin-commit.json", CommitIntent.class);

  static CommitIntent ofIngest(
      Ledger ledger, Map<Layer, List<String>> files, Map<Layer, String> before) {
    return new CommitIntent(ledger, files, before, null);
  }

  static CommitIntent of(Ledger ledger, Correction correction) {
    return new CommitIntent(ledger, Map.of(), null, correction);
  }

  /** What changes in a table; empty when nothing does. */
  Changes changes(Layer layer) {
    Correction corrected = correction;
    if (corrected != null) {
      return corrected.changes().getOrDefault(layer, new Changes(List.of(), List.of()));
    }
    return new Changes(files.getOrDefault(layer, List.of()), List.of());
  }

  /** Whether a table gets a snapshot. Silver always does: it is the head of the ledger. */
  boolean touches(Layer layer) {
    return correction != null || layer == Layer.SILVER || !changes(layer).empty();
  }

  /** What the snapshots' summaries say besides the ledger. */
  Map<String, String> audit() {
    Map<String, String> audit = new TreeMap<>();
    Correction corrected = correction;
    if (corrected == null) {
      audit.put(Ledger.OPERATION_PROPERTY, "ingest");
    } else {
      audit.put(Ledger.OPERATION_PROPERTY, corrected.kind().name().toLowerCase(Locale.ROOT));
      audit.putAll(corrected.audit());
    }
    return audit;
  }
}

package io.moulin.commit;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Says beside the bronze table which topic its records came from: a topic that was deleted and made
 * again has the old name and another id, and offsets that mean other records.
 *
 * @param id as the broker gives it to a topic when it is made
 */
public record TopicMark(String topic, String id) {
  private static final Note<TopicMark> NOTE = new Note<>("moulin-topic.json", TopicMark.class);

  /** The mark of a dataset whose tables exist; empty when none was left yet. */
  public static Optional<TopicMark> of(Catalog catalog, DatasetSpec dataset) {
    return NOTE.read(bronze(catalog, dataset));
  }

  /** Leaves the mark beside the tables of the dataset, in place of an earlier one. */
  public void leave(Catalog catalog, DatasetSpec dataset) {
    NOTE.write(bronze(catalog, dataset), this);
  }

  /** Where the mark of a dataset is. */
  public static String location(Catalog catalog, DatasetSpec dataset) {
    return NOTE.location(bronze(catalog, dataset));
  }

  private static Table bronze(Catalog catalog, DatasetSpec dataset) {
    String name = dataset.table(Layer.BRONZE).name();
    return catalog.loadTable(TableIdentifier.of(Layer.BRONZE.namespace(), name));
  }
}

package io.moulin.commit;

import java.io.Serializable;
import java.util.function.BooleanSupplier;
import org.apache.iceberg.catalog.Catalog;

/** Work on the tables that no row depends on, done beside the commits from time to time. */
@FunctionalInterface
public interface Upkeep extends Serializable {
  /**
   * Does what is due.
   *
   * @param ending asked where the work can be left: whether the job ends
   */
  void run(Catalog catalog, BooleanSupplier ending);
}

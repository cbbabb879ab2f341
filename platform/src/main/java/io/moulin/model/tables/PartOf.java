package io.moulin.model.tables;

import io.moulin.spec.Sql;
import io.moulin.sql.TablePlan;
import io.moulin.sql.TableView;
import org.apache.iceberg.catalog.TableIdentifier;

/**
 * Some files of a table beside the whole of it: a condition on the whole would open every file, and
 * to open one costs as much as to read some thousand rows.
 */
public final class PartOf {
  /** Users' names do not begin like this. */
  private static final String SCHEMA = "_moulin";

  private PartOf() {}

  /**
   * The view of these files.
   *
   * @param plan names the files
   */
  public static TableView view(String fullName, TablePlan plan) {
    return TableView.of(TableIdentifier.of(SCHEMA, name(fullName)), plan);
  }

  /** Where its rows are, in SQL. */
  public static String sql(String fullName) {
    return SCHEMA + "." + Sql.name(name(fullName));
  }

  private static String name(String fullName) {
    return "part of " + fullName;
  }
}

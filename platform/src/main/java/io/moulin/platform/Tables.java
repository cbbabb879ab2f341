package io.moulin.platform;

import io.moulin.plan.Actual.ActualTable;
import io.moulin.spec.DataType;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.catalog.Catalog;

/**
 * The catalog's tables. Every method fails with a {@link io.moulin.spec.MoulinException} of kind
 * EXTERNAL when the catalog does not answer.
 */
public interface Tables {

  /** The table of that full name, for example {@code silver.trips}, if it exists. */
  Optional<ActualTable> describe(String fullName);

  /** Makes a table and its namespace; does nothing when one of that name exists. */
  void create(TableSpec table);

  /** Adds an optional column. */
  void addColumn(String fullName, FieldSpec field);

  /** Widens a column: int to long, float to double, decimal to more precision. */
  void widenColumn(String fullName, String column, DataType to);

  /** Sets a column's documentation. */
  void documentColumn(String fullName, String column, String doc);

  /** The Iceberg catalog itself. */
  Catalog catalog();

  /**
   * Properties with which any Iceberg client reaches the catalog ({@code type}, {@code uri}, …).
   */
  Map<String, String> catalogProperties();
}

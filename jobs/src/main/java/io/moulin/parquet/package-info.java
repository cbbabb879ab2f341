/** Rows of a DuckDB become data files of an Iceberg table. */
@NullMarked
package io.moulin.parquet;

import org.jspecify.annotations.NullMarked;

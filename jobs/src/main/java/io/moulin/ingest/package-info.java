/**
 * The batch operator: records in, one SQL pass, dedup and lateness, Parquet files of every table
 * out.
 */
@NullMarked
package io.moulin.ingest;

import org.jspecify.annotations.NullMarked;

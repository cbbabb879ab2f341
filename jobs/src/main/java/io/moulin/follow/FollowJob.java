package io.moulin.follow;

import java.nio.file.Path;
import org.apache.iceberg.catalog.Catalog;

/**
 * What keeping a table as silver is works with.
 *
 * @param memoryBytes most memory of DuckDB
 * @param folder its own, for files until they are in a table and for what does not fit in memory
 * @param locks folder of the locks that all writers share; empty for none
 */
public record FollowJob(long memoryBytes, Catalog catalog, Path folder, String locks) {}

package io.moulin.model.build;

import java.nio.file.Path;

/**
 * What each computation of a build may use.
 *
 * @param memoryBytes most memory of its DuckDB; what does not fit goes to disk
 * @param threads of its DuckDB
 * @param folder for files that are being made; empty before and after a build
 */
public record Means(long memoryBytes, int threads, Path folder) {}

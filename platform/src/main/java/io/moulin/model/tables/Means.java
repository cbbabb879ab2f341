package io.moulin.model.tables;

import java.nio.file.Path;

/**
 * What a build may use.
 *
 * @param memoryBytes most memory of all its engines together; what does not fit goes to disk
 * @param threads how many an engine has
 * @param folder for files that are being made; empty before and after a build
 */
public record Means(long memoryBytes, int threads, Path folder) {}

package io.moulin.model.dbt;

/**
 * A file of a project for dbt.
 *
 * @param path within that project, with slashes
 */
public record DbtFile(String path, String text) {}

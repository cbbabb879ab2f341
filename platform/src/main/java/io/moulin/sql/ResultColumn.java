package io.moulin.sql;

/**
 * One column of a result.
 *
 * @param type in DuckDB SQL, for example {@code DECIMAL(10,2)}
 */
public record ResultColumn(String name, String type) {}

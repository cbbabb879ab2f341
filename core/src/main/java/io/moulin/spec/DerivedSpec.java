package io.moulin.spec;

import java.io.Serializable;

/**
 * A silver column computed from the others.
 *
 * @param sql DuckDB SQL over the silver names and the derived columns declared before it
 * @param at where {@code sql} is written
 */
public record DerivedSpec(String name, DataType type, String sql, String doc, Place at)
    implements Serializable {}

package io.moulin.spec.model;

import io.moulin.spec.Place;

/**
 * A check that is no part of one table: a query of rows that are wrong.
 *
 * @param sql a SELECT of the rows that are wrong
 */
public record SingularCheckSpec(
    String name, String sql, String description, CheckSpec.Limits limits, Place at, Place sqlAt) {}

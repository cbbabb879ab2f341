package io.moulin.spec.model;

import io.moulin.spec.DataType;
import io.moulin.spec.Place;
import org.jspecify.annotations.Nullable;

/**
 * A column of a model or seed.
 *
 * @param type null where it is not declared
 */
public record ModelColumnSpec(String name, @Nullable DataType type, String doc, Place at) {}

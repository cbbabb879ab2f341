/** Builds of the models of the taxi example through the real binary, and dbt's beside them. */
@NullMarked
package io.moulin.bench.models;

import org.jspecify.annotations.NullMarked;

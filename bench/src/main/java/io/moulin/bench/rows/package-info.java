/** Rows to measure with, the same ones for the same seed, and what they must become. */
@NullMarked
package io.moulin.bench.rows;

import org.jspecify.annotations.NullMarked;

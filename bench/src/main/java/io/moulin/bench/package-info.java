/** Measures the real binary from outside: freshness, endurance, memory. */
@NullMarked
package io.moulin.bench;

import org.jspecify.annotations.NullMarked;

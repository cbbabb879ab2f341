/** Moulin's own jobs as a contender. */
@NullMarked
package io.moulin.bench.ours;

import org.jspecify.annotations.NullMarked;

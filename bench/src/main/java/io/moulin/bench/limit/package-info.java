/** The limit: the same work without an engine around it. */
@NullMarked
package io.moulin.bench.limit;

import org.jspecify.annotations.NullMarked;

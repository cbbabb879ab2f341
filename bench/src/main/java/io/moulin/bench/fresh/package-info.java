/** How old a row is when a reader has it, and what grows when a stream runs for long. */
@NullMarked
package io.moulin.bench.fresh;

import org.jspecify.annotations.NullMarked;

/** The whole way of a user, from nothing to validated tables, through the real binary. */
@NullMarked
package io.moulin.bench.whole;

import org.jspecify.annotations.NullMarked;

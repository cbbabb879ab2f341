/** Desired against actual, as ordered changes with their impact; without I/O or a clock. */
@NullMarked
package io.moulin.plan;

import org.jspecify.annotations.NullMarked;

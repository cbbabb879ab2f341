/** The proof of exactly once: a run that is hurt again and again, and what its tables then hold. */
@NullMarked
package io.moulin.verify;

import org.jspecify.annotations.NullMarked;

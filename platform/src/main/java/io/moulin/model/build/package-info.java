/** A build: what has to be computed, computing it, checking it, publishing it. */
@NullMarked
package io.moulin.model.build;

import org.jspecify.annotations.NullMarked;

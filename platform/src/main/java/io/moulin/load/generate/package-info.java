/** Generates rows of a dataset by SQL, with faults planted in some of them. */
@NullMarked
package io.moulin.load.generate;

import org.jspecify.annotations.NullMarked;

/** Files and generators to topics: every row of a file becomes one record, once. */
@NullMarked
package io.moulin.load;

import org.jspecify.annotations.NullMarked;

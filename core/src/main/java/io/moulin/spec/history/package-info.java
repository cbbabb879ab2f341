/** What a user declares about the history of a dataset's rows, and the columns that it has. */
@NullMarked
package io.moulin.spec.history;

import org.jspecify.annotations.NullMarked;

/** What a user declares about live aggregates of silver, and the columns that they have. */
@NullMarked
package io.moulin.spec.live;

import org.jspecify.annotations.NullMarked;

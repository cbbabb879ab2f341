/** The history of silver: versions of each key, kept up to date behind the commits. */
@NullMarked
package io.moulin.history;

import org.jspecify.annotations.NullMarked;

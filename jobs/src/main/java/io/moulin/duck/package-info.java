/** The engine of all SQL, with its bounds, and what it says of the SQL that it is given. */
@NullMarked
package io.moulin.duck;

import org.jspecify.annotations.NullMarked;

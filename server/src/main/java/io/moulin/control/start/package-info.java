/** How a project begins: empty, from a file, or as a copy of an example. */
@NullMarked
package io.moulin.control.start;

import org.jspecify.annotations.NullMarked;

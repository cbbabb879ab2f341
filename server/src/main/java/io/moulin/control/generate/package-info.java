/** Generates rows for the datasets of a project. */
@NullMarked
package io.moulin.control.generate;

import org.jspecify.annotations.NullMarked;

/**
 * What a user can ask for: one small class an operation, which returns values and prints nothing.
 */
@NullMarked
package io.moulin.control;

import org.jspecify.annotations.NullMarked;

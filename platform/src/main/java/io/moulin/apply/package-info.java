/** Makes a plan real, step by step, with a journal of what was begun and what was done. */
@NullMarked
package io.moulin.apply;

import org.jspecify.annotations.NullMarked;

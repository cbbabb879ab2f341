/** Measures Moulin and its peers side by side: one program, one run. */
@NullMarked
package io.moulin.bench;

import org.jspecify.annotations.NullMarked;

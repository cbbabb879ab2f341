/** What the user declared about generated rows: what they hold, and which faults are planted. */
@NullMarked
package io.moulin.spec.generate;

import org.jspecify.annotations.NullMarked;

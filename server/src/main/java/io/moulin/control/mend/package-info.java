/** Corrections of what was ingested, as users ask for them. */
@NullMarked
package io.moulin.control.mend;

import org.jspecify.annotations.NullMarked;

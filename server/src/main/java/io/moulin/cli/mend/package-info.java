/** The commands that correct what was ingested. */
@NullMarked
package io.moulin.cli.mend;

import org.jspecify.annotations.NullMarked;

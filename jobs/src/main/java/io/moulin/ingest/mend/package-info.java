/** Corrections of what was ingested: rows judged again, rebuilt or given up. */
@NullMarked
package io.moulin.ingest.mend;

import org.jspecify.annotations.NullMarked;

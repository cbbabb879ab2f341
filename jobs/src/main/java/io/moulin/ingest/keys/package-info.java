/** The keys that dedup remembers, and the clock by which it forgets them. */
@NullMarked
package io.moulin.ingest.keys;

import org.jspecify.annotations.NullMarked;

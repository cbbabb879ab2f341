/** What happens when native code ends the process: who did it, and how the rest goes on. */
@NullMarked
package io.moulin.ingest.crash;

import org.jspecify.annotations.NullMarked;

/** Bytes of a record to typed columns, or the reason why not; and rows to such bytes. */
@NullMarked
package io.moulin.decode;

import org.jspecify.annotations.NullMarked;

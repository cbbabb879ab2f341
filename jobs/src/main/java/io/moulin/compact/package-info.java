/** Many small files of a stream's tables become few large ones, beside the commits. */
@NullMarked
package io.moulin.compact;

import org.jspecify.annotations.NullMarked;

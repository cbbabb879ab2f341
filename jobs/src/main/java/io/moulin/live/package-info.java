/** Live aggregates: windows of silver's event time, kept up to date behind the commits. */
@NullMarked
package io.moulin.live;

import org.jspecify.annotations.NullMarked;

/** One JVM with everything a project runs on: start, give addresses, stop. */
@NullMarked
package io.moulin.embedded;

import org.jspecify.annotations.NullMarked;

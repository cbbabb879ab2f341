/** What users do, through the real binary. */
@NullMarked
package io.moulin.e2e;

import org.jspecify.annotations.NullMarked;

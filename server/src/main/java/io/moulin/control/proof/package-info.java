/** What can be asked of a proof that nothing is lost or doubled, and what it says. */
@NullMarked
package io.moulin.control.proof;

import org.jspecify.annotations.NullMarked;

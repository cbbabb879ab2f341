/**
 * Keeping jobs running: the datasets of a project side by side, how they are, and who owns them.
 */
@NullMarked
package io.moulin.control.live;

import org.jspecify.annotations.NullMarked;

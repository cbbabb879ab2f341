/** Commands that make gold and check it. */
@NullMarked
package io.moulin.cli.build;

import org.jspecify.annotations.NullMarked;

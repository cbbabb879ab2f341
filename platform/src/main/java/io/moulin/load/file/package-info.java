/** Files of rows, in every format that can be loaded. */
@NullMarked
package io.moulin.load.file;

import org.jspecify.annotations.NullMarked;

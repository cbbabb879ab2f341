/** The command line: arguments in, text and JSON out. */
@NullMarked
package io.moulin.cli;

import org.jspecify.annotations.NullMarked;

/** How results look: on a terminal for people, as one line of JSON for programs. */
@NullMarked
package io.moulin.cli.text;

import org.jspecify.annotations.NullMarked;

/** What is made of silver and kept behind its commits, each in a table of its own. */
@NullMarked
package io.moulin.follow;

import org.jspecify.annotations.NullMarked;

/** The program: what is wired to what. */
@NullMarked
package io.moulin.server;

import org.jspecify.annotations.NullMarked;

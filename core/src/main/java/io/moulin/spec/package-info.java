/**
 * What the user declared: typed, resolved and valid; the vocabulary that every other package
 * shares.
 */
@NullMarked
package io.moulin.spec;

import org.jspecify.annotations.NullMarked;

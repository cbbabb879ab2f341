/** One contender after the other, each in a fresh process, on the same topic and catalog. */
@NullMarked
package io.moulin.bench.race;

import org.jspecify.annotations.NullMarked;

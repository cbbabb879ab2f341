/** Parts of the hot path by themselves, measured with JMH. */
@NullMarked
package io.moulin.bench.micro;

import org.jspecify.annotations.NullMarked;

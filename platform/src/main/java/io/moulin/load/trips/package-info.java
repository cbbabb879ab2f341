/** Generated taxi trips, so that a demo and the tests know what they must find. */
@NullMarked
package io.moulin.load.trips;

import org.jspecify.annotations.NullMarked;

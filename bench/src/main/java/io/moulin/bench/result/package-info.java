/** What was measured: spreads, ratios, a file for programs and a table for people. */
@NullMarked
package io.moulin.bench.result;

import org.jspecify.annotations.NullMarked;

/** The job that Flink runs: from a dataset to the graph of its operators. */
@NullMarked
package io.moulin.job;

import org.jspecify.annotations.NullMarked;

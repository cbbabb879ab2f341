/** Iceberg's sink for Kafka Connect, in a worker of its own. */
@NullMarked
package io.moulin.bench.connect;

import org.jspecify.annotations.NullMarked;

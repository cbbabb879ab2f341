/** What users write today: Flink SQL from Kafka to bronze, and from bronze to silver. */
@NullMarked
package io.moulin.bench.flinksql;

import org.jspecify.annotations.NullMarked;

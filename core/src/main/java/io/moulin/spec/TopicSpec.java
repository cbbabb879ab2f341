package io.moulin.spec;

import java.time.Duration;

/** A topic as it should be. */
public record TopicSpec(String name, int partitions, Duration retention) {}

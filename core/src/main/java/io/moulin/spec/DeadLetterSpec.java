package io.moulin.spec;

import java.io.Serializable;
import java.time.Duration;

/**
 * Where records go that cannot be decoded.
 *
 * @param max a load or a validation with more dead letters than this fails
 */
public record DeadLetterSpec(String topic, int partitions, Duration retention, long max)
    implements Serializable {}

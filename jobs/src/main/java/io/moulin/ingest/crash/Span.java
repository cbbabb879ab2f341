package io.moulin.ingest.crash;

/**
 * Records of one partition of the topic.
 *
 * @param from first offset, inclusive
 * @param to last offset, exclusive
 */
public record Span(int partition, long from, long to) {
  boolean meets(Span other) {
    return partition == other.partition && from < other.to && other.from < to;
  }
}

package io.moulin.spec;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rows are the same row. A stream keeps the first of them.
 *
 * @param key silver names that are equal in duplicates
 * @param keep which of them a rebuild keeps
 * @param within how long a key is remembered, in record time
 * @param across where equal rows are looked for
 */
public record DedupSpec(List<String> key, Keep keep, Duration within, Across across, Place at)
    implements Serializable {

  /** Where equal rows are looked for. */
  public enum Across {
    /** In the partition of the topic, which is right when equal keys go to one partition. */
    PARTITION,
    /** In all partitions of the topic; one subtask reads them. */
    TOPIC
  }

  public DedupSpec {
    key = List.copyOf(key);
  }

  /** Keeps the first, as a stream does. */
  public DedupSpec(List<String> key, Duration within, Across across, Place at) {
    this(key, Keep.FIRST, within, across, at);
  }

  /** Whether equal rows are looked for in all partitions of the topic. */
  public static boolean acrossTopic(@Nullable DedupSpec dedup) {
    return dedup != null && dedup.across == Across.TOPIC;
  }

  /** Which of several equal rows stays. */
  public enum Keep {
    FIRST,
    /** A stream cannot know it; a rebuild can. */
    LAST
  }
}

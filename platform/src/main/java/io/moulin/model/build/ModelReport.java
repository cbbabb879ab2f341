package io.moulin.model.build;

import io.moulin.model.Node;
import io.moulin.model.audit.Result;
import java.util.List;

/**
 * What became of one seed or model in a build.
 *
 * @param why in words: what made it be built, or what kept it from being built
 * @param rows of the table afterwards
 * @param bytes of the files that were written
 * @param partitions how many were computed anew; 0 unless only some were
 * @param results of the checks that were made
 */
public record ModelReport(
    String name,
    String fullName,
    Node.Kind kind,
    Outcome outcome,
    String why,
    long rows,
    long bytes,
    int partitions,
    double seconds,
    List<Result> results) {
  public ModelReport {
    results = List.copyOf(results);
  }

  /** What became of it. */
  public enum Outcome {
    /** It was computed, and its checks let it through. */
    BUILT,
    /** It is a view: there is nothing to compute. */
    VIEW,
    /** What is published is what would be made. */
    UNCHANGED,
    /** It could not be computed. */
    BROKEN,
    /** A check kept it from being published: the version before is in place. */
    HELD_BACK,
    /** Something that it reads was not published. */
    SKIPPED
  }

  /** Whether what is published is not what it should be. */
  public boolean bad() {
    return switch (outcome) {
      case BUILT, VIEW, UNCHANGED -> false;
      case BROKEN, HELD_BACK, SKIPPED -> true;
    };
  }
}

package io.moulin.apply;

import io.moulin.plan.Change;
import java.util.List;
import java.util.Optional;

/**
 * What an apply did.
 *
 * @param plan id of the plan
 * @param done the changes that were made, in order
 * @param resumed the change at which an earlier apply was interrupted, if one was
 */
public record Outcome(String plan, List<Change> done, Optional<String> resumed) {
  public Outcome {
    done = List.copyOf(done);
  }
}

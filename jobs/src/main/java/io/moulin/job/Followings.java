package io.moulin.job;

import io.moulin.follow.Following;
import io.moulin.history.FollowedHistory;
import io.moulin.live.FollowedLive;
import io.moulin.spec.DatasetSpec;
import java.util.ArrayList;
import java.util.List;

/** What follows the silver of a dataset: the one list of it. */
public final class Followings {
  private Followings() {}

  /** Everything that follows, in a fixed order. */
  public static List<Following> of(DatasetSpec dataset) {
    List<Following> all = new ArrayList<>();
    if (dataset.history() != null) {
      all.add(new FollowedHistory(dataset));
    }
    dataset.live().forEach(live -> all.add(new FollowedLive(dataset, live)));
    return List.copyOf(all);
  }
}

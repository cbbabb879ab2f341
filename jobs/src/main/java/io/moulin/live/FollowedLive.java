package io.moulin.live;

import io.moulin.follow.Following;
import io.moulin.follow.Stage;
import io.moulin.follow.Step;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.TableSpec;
import io.moulin.spec.live.LiveSpec;
import io.moulin.spec.live.LiveTable;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A live aggregate of a dataset, as something that follows silver. */
public record FollowedLive(DatasetSpec dataset, LiveSpec live) implements Following {
  @Override
  public TableSpec table() {
    return LiveTable.of(live, dataset);
  }

  @Override
  public String name() {
    return "live." + live.name();
  }

  @Override
  public @Nullable Duration every() {
    return live.every();
  }

  @Override
  public String shape() {
    return "%s | %s | %d"
        .formatted(live.shape(), Windows.of(dataset, live), dataset.source().partitions());
  }

  @Override
  public Function<Stage, Step> steps() {
    LiveParts.Once parts = new LiveParts.Once(dataset, live);
    return stage -> new LiveStep(dataset, live, parts, stage);
  }
}

package io.moulin.history;

import io.moulin.follow.Following;
import io.moulin.follow.Stage;
import io.moulin.follow.Step;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.TableSpec;
import io.moulin.spec.history.HistorySpec;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The history of a dataset, as something that follows silver.
 *
 * @param dataset one that has a history
 */
public record FollowedHistory(DatasetSpec dataset) implements Following {
  private HistorySpec history() {
    HistorySpec history = dataset.history();
    if (history == null) {
      throw new IllegalStateException("Cannot keep a history: " + dataset.name() + " has none");
    }
    return history;
  }

  @Override
  public TableSpec table() {
    return dataset.historyTable().orElseThrow();
  }

  @Override
  public String name() {
    return "history";
  }

  @Override
  public @Nullable Duration every() {
    return history().every();
  }

  @Override
  public String shape() {
    HistorySpec history = history();
    return String.join(
        " | ",
        history.mode().name(),
        history.key().toString(),
        history.track().toString(),
        history.order(),
        String.valueOf(history.deletes()),
        Integer.toString(history.buckets()));
  }

  @Override
  public Function<Stage, Step> steps() {
    return stage -> new HistoryStep(dataset, history(), table(), stage);
  }
}

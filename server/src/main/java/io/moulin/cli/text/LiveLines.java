package io.moulin.cli.text;

import io.moulin.control.live.LiveDataset;
import io.moulin.control.live.LiveDataset.State;
import io.moulin.control.live.LiveStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;

/** A line when a dataset changes its state, and now and then while it runs. */
public final class LiveLines implements LiveOutput {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  private final Console console;
  private final Form form;
  private final Duration pause;
  private final Map<String, Said> said = new HashMap<>();

  /** What a line is. */
  public enum Form {
    TEXT,
    /** One JSON object with all datasets. */
    JSON
  }

  private record Said(State state, int restarts, boolean balanced, int commits, Instant at) {}

  /**
   * @param pause how often to say how a dataset is when nothing changes
   */
  public LiveLines(Console console, Form form, Duration pause) {
    this.console = console;
    this.form = form;
    this.pause = pause;
  }

  @Override
  public void show(LiveStatus status) {
    boolean news = false;
    for (LiveDataset dataset : status.datasets()) {
      if (isNews(dataset, status.at())) {
        news = true;
        said.put(
            dataset.dataset(),
            new Said(
                dataset.state(),
                dataset.restarts(),
                dataset.balanced(),
                dataset.commits(),
                status.at()));
        if (form == Form.TEXT) {
          console.out().println(at(status) + " " + LiveText.line(dataset, status.at()));
        }
      }
    }
    if (news && form == Form.JSON) {
      console.out().println(Json.line(status));
    }
  }

  private static String at(LiveStatus status) {
    return TIME.format(status.at().atZone(ZoneId.systemDefault()));
  }

  private boolean isNews(LiveDataset dataset, Instant now) {
    Said before = said.get(dataset.dataset());
    return before == null
        || before.state() != dataset.state()
        || before.restarts() != dataset.restarts()
        || before.balanced() != dataset.balanced()
        || (form == Form.JSON && before.commits() != dataset.commits())
        || Duration.between(before.at(), now).compareTo(pause) >= 0;
  }

  @Override
  public void close() {
    // Lines stay.
  }
}

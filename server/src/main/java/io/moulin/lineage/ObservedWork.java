package io.moulin.lineage;

import io.moulin.control.Witness;
import io.moulin.lineage.Sender.Run;
import io.moulin.lineage.Sender.Touched;
import io.openlineage.client.OpenLineage.RunEvent.EventType;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;

/** A load or the job of a dataset, as events: START, RUNNING where it lasts, and how it ended. */
final class ObservedWork implements Witness.Work {
  /** No more often, however often it commits. */
  private static final Duration BETWEEN = Duration.ofMinutes(1);

  private final Sender sender;
  private final Run run;
  private final Outputs outputs;
  private Instant said;
  private Map<String, Long> last = Map.of();
  private boolean over;

  /**
   * What is said of the datasets.
   *
   * @param names when it begins
   * @param sofar with how many rows were written
   * @param whole at the end
   */
  record Outputs(
      Touched names,
      Function<Map<String, Long>, Touched> sofar,
      Function<Map<String, Long>, Touched> whole) {}

  ObservedWork(Sender sender, Run run, Outputs outputs) {
    this.sender = sender;
    this.run = run;
    this.outputs = outputs;
    this.said = sender.clock().instant();
    sender.send(run, EventType.START, outputs::names);
  }

  @Override
  public synchronized void goesOn(Map<String, Long> rows) {
    Instant now = sender.clock().instant();
    if (over || rows.equals(last) || said.plus(BETWEEN).isAfter(now)) {
      return;
    }
    said = now;
    last = rows;
    sender.send(run, EventType.RUNNING, () -> outputs.sofar().apply(rows));
  }

  @Override
  public synchronized void done(Map<String, Long> rows) {
    if (!over) {
      over = true;
      sender.send(run, EventType.COMPLETE, () -> outputs.whole().apply(rows));
    }
  }

  @Override
  public synchronized void failed(String why) {
    if (!over) {
      over = true;
      sender.send(run, EventType.FAIL, outputs::names, why, facets -> facets);
    }
  }
}

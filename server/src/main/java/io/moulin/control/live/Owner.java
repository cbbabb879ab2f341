package io.moulin.control.live;

import java.time.Instant;
import java.util.List;

/** The process that owns the project, seen from another one. */
public interface Owner extends ControlPoint {

  /**
   * Who it is.
   *
   * @param doing the command that it runs, for example {@code up}
   * @param broker where Kafka clients reach it
   * @param catalog where Iceberg clients reach it
   * @param datasets those whose jobs it runs
   */
  record Card(
      long pid, String doing, Instant since, String broker, String catalog, List<String> datasets) {
    public Card {
      datasets = List.copyOf(datasets);
    }
  }

  Card card();
}

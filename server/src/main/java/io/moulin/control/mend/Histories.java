package io.moulin.control.mend;

import io.moulin.control.Project;
import io.moulin.control.Session;
import io.moulin.control.mend.Mending.Rehearsal;
import io.moulin.history.HistoryJob;
import io.moulin.history.HistoryKeeper;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import java.util.UUID;

/** Keeps histories as silver is where no job does it: after a correction, or when asked to. */
public final class Histories {
  private Histories() {}

  /** Takes up what silver has got; does nothing for a dataset without a history. */
  public static void follow(Session session, DatasetSpec dataset) {
    if (dataset.history() != null) {
      keeper(session, dataset).catchUp();
    }
  }

  /** Makes a history anew of all rows of silver. */
  static HistoryReport rebuild(Session session, DatasetSpec dataset, Rehearsal rehearsal) {
    if (dataset.history() == null) {
      throw MoulinException.user(
          "no-history",
          "dataset '%s' keeps no history".formatted(dataset.name()),
          "declare 'history: {key: […], track: […], order-by: …}' in its manifest");
    }
    HistoryKeeper.Mode mode =
        rehearsal == Rehearsal.YES ? HistoryKeeper.Mode.DRY_RUN : HistoryKeeper.Mode.MAKE;
    return HistoryReport.of(dataset.name(), keeper(session, dataset).rebuild(mode));
  }

  private static HistoryKeeper keeper(Session session, DatasetSpec dataset) {
    Project project = session.project();
    return new HistoryKeeper(
        new HistoryJob(
            dataset,
            project.spec().engine().memoryBytes(),
            session.platform().tables().catalog(),
            project.kept().resolve("mend").resolve(UUID.randomUUID().toString()),
            project.kept().resolve("locks").toString()));
  }
}

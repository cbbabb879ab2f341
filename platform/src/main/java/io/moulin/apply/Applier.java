package io.moulin.apply;

import io.moulin.plan.Change;
import io.moulin.plan.Plan;
import io.moulin.plan.Refusal;
import io.moulin.platform.Platform;
import io.moulin.spec.MoulinException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes the changes of a plan, one after the other. Each can be made twice without harm, so an
 * interrupted apply is resumed by planning and applying again.
 */
public final class Applier {
  private final Platform platform;
  private final Journal journal;

  public Applier(Platform platform, Journal journal) {
    this.platform = platform;
    this.journal = journal;
  }

  /** Makes all changes of {@code plan}; fails before the first when any change is refused. */
  public Outcome apply(Plan plan) {
    return apply(plan, done -> {});
  }

  /** As {@link #apply(Plan)}; {@code progress} hears of each change when it is made. */
  public Outcome apply(Plan plan, Consumer<Change> progress) {
    refuse(plan);
    Optional<String> resumed = journal.interrupted();
    List<Change> done = new ArrayList<>();
    for (Change change : plan.changes()) {
      int step = done.size() + 1;
      String text = text(change);
      journal.write(new Journal.Entry(plan.id(), Journal.Event.START, step, text));
      try {
        make(change);
      } catch (MoulinException e) {
        journal.write(new Journal.Entry(plan.id(), Journal.Event.FAILED, step, text));
        throw failed(plan, done.size(), text, e);
      }
      journal.write(new Journal.Entry(plan.id(), Journal.Event.END, step, text));
      done.add(change);
      progress.accept(change);
    }
    return new Outcome(plan.id(), done, resumed);
  }

  private static void refuse(Plan plan) {
    if (plan.refused().isEmpty()) {
      return;
    }
    Refusal first = plan.refused().get(0);
    throw MoulinException.user(
        "plan-refused",
        "Nothing was applied: %d of the changes %s refused. %s: %s (%s)"
            .formatted(
                plan.refused().size(),
                plan.refused().size() == 1 ? "is" : "are",
                first.target(),
                first.what(),
                first.why()),
        first.fix());
  }

  private static String text(Change change) {
    return change.target() + ": " + change.what();
  }

  private static MoulinException failed(Plan plan, int done, String text, MoulinException cause) {
    String what =
        "Apply stopped after %d of %d changes, at %s: %s"
            .formatted(done, plan.changes().size(), text, cause.getMessage());
    String fix =
        (cause.fix().isEmpty() ? "" : cause.fix() + "; then ")
            + "run 'moulin apply' again: it goes on from here";
    return cause.kind() == MoulinException.Kind.USER
        ? MoulinException.user(cause.code(), what, fix, cause)
        : MoulinException.external(cause.code(), what, fix, cause);
  }

  private void make(Change change) {
    if (change instanceof Change.CreateTopic create) {
      platform.topics().create(create.topic());
    } else if (change instanceof Change.KeepRecords keep) {
      platform.topics().keepFor(keep.topic(), keep.to());
    } else if (change instanceof Change.GrowTopic grow) {
      platform.topics().grow(grow.topic(), grow.to());
    } else if (change instanceof Change.CreateTable create) {
      platform.tables().create(create.table());
    } else if (change instanceof Change.AddColumn add) {
      platform.tables().addColumn(add.table(), add.field());
    } else if (change instanceof Change.WidenColumn widen) {
      platform.tables().widenColumn(widen.table(), widen.column(), widen.to());
    } else if (change instanceof Change.DocumentColumn document) {
      platform.tables().documentColumn(document.table(), document.column(), document.doc());
    } else {
      throw new IllegalArgumentException("Invalid change: " + change);
    }
  }
}

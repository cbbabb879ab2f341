package io.moulin.control;

import io.moulin.plan.Plan;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.KeySpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import io.moulin.spec.project.EngineSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;

/** The smoke test of a dataset, in four stages; a stage that fails ends it. */
public final class Validating {
  private static final double BRONZE_SHARE = 0.95;

  private final Planning planning;
  private final Balancing balancing;

  public Validating(Planning planning, Balancing balancing) {
    this.planning = planning;
    this.balancing = balancing;
  }

  /** One thing that was looked at. */
  public record Finding(boolean ok, String what) {}

  /** What belongs together, and has to hold before the next makes sense. */
  public record Stage(String name, List<Finding> findings) {
    public Stage {
      findings = List.copyOf(findings);
    }

    public boolean ok() {
      return findings.stream().allMatch(Finding::ok);
    }
  }

  /** The stages that were reached. */
  public record Validation(String dataset, List<Stage> stages) {
    public Validation {
      stages = List.copyOf(stages);
    }

    public boolean ok() {
      return stages.stream().allMatch(Stage::ok);
    }
  }

  /** Validates one dataset. */
  public Validation validate(Session session, DatasetSpec dataset) {
    List<Supplier<Stage>> stages =
        List.of(
            () -> services(session, dataset),
            () -> lastRun(session, dataset),
            () -> rows(session, dataset),
            () -> silver(session, dataset));
    List<Stage> reached = new ArrayList<>();
    for (Supplier<Stage> stage : stages) {
      Stage done = stage.get();
      reached.add(done);
      if (!done.ok()) {
        break;
      }
    }
    return new Validation(dataset.name(), reached);
  }

  private Stage services(Session session, DatasetSpec dataset) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        answers("broker", () -> session.platform().topics().describe(List.of("moulin")).size()));
    findings.add(answers("engine", () -> session.platform().jobs().hashCode()));
    findings.add(
        answers(
            "catalog and storage",
            () -> {
              String silver = dataset.table(Layer.SILVER).fullName();
              return session.platform().tables().describe(silver).map(t -> t.rows()).orElse(0L);
            }));
    return new Stage("services", findings);
  }

  private static Finding answers(String service, Supplier<? extends Number> question) {
    try {
      Objects.requireNonNull(question.get());
      return new Finding(true, service + " answers");
    } catch (MoulinException e) {
      return new Finding(false, service + " does not answer: " + e.getMessage());
    }
  }

  private Stage lastRun(Session session, DatasetSpec dataset) {
    List<Finding> findings = new ArrayList<>();
    Plan plan = planning.plan(session, List.of(dataset));
    findings.add(
        new Finding(
            plan.empty(),
            plan.empty() ? "all that is declared is applied" : "not all is applied: moulin plan"));
    if (plan.empty()) {
      BalanceReport books = balancing.balance(session, dataset);
      boolean committed = books.consumed() > 0;
      findings.add(
          new Finding(
              committed,
              committed ? "a run has committed" : "nothing was ever committed: moulin run"));
      boolean streaming = session.project().spec().engine().mode() == EngineSpec.Mode.STREAMING;
      boolean caughtUp = books.waiting() == 0;
      findings.add(
          new Finding(
              caughtUp || streaming,
              caughtUp
                  ? "the last run caught up"
                  : "%,d records wait in the topic%s"
                      .formatted(books.waiting(), streaming ? "" : ": moulin run")));
    }
    return new Stage("last run", findings);
  }

  private Stage rows(Session session, DatasetSpec dataset) {
    BalanceReport books = balancing.balance(session, dataset);
    List<Finding> findings = new ArrayList<>();
    long loaded = books.consumed() + books.waiting();
    double share = loaded == books.dead() ? 0 : books.bronze() / (double) (loaded - books.dead());
    findings.add(
        new Finding(
            share >= BRONZE_SHARE,
            String.format(
                Locale.ROOT,
                "bronze holds %.1f %% of what was loaded and could be decoded (at least 95 %%)",
                share * 100)));
    findings.add(
        new Finding(
            books.silver() > 0 && books.silver() <= books.bronze(),
            "silver holds %,d rows, bronze %,d".formatted(books.silver(), books.bronze())));
    findings.add(
        new Finding(
            books.dead() <= dataset.deadLetters().max(),
            "%,d dead letters (at most %,d)".formatted(books.dead(), dataset.deadLetters().max())));
    findings.add(
        new Finding(
            books.balanced(),
            books.balanced() ? "the books balance" : String.join("; ", books.problems())));
    return new Stage("rows", findings);
  }

  private static Stage silver(Session session, DatasetSpec dataset) {
    List<Finding> findings = new ArrayList<>();
    String table = Layer.SILVER.namespace() + "." + Sql.name(dataset.table());
    long rows = Querying.number(session, "SELECT count(*) FROM " + table);
    findings.add(new Finding(rows > 0, "silver can be read: %,d rows".formatted(rows)));
    KeySpec key = dataset.key();
    if (key != null) {
      String name = Sql.name(key.name());
      long empty =
          Querying.number(
              session, "SELECT count(*) FROM %s WHERE %s IS NULL".formatted(table, name));
      findings.add(
          new Finding(empty == 0, "%s is never null (%,d are)".formatted(key.name(), empty)));
      long twice =
          Querying.number(
              session, "SELECT count(*) - count(DISTINCT %s) FROM %s".formatted(name, table));
      findings.add(
          new Finding(twice == 0, "%s is unique (%,d are not)".formatted(key.name(), twice)));
    }
    return new Stage("silver", findings);
  }
}

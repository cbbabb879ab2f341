package io.moulin.model;

import io.moulin.spec.Diagnostic;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Place;
import io.moulin.spec.model.ModelSpec;
import io.moulin.spec.model.ModelSpec.Step;
import io.moulin.spec.model.ModelsSpec;
import io.moulin.spec.model.SeedSpec;
import io.moulin.spec.model.SingularCheckSpec;
import io.moulin.sql.ReadStatement;
import io.moulin.sql.Spelling;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which names SQL may use, what they mean, and who may read whom. */
final class Scope {
  /** Table functions whose argument is SQL, or the name of a table. */
  private static final Set<String> HIDING = Set.of("query", "query_table");

  private final Sandbox sandbox;
  private final Set<String> streams;
  private final Map<String, String> made = new HashMap<>();
  private final Map<String, Step> steps = new HashMap<>();
  private final Set<String> seeds = new HashSet<>();
  private final List<Diagnostic> found;

  /**
   * @param streams full names of the tables that streams fill
   * @param found takes what is wrong
   */
  Scope(Sandbox sandbox, Set<String> streams, ModelsSpec spec, List<Diagnostic> found) {
    this.sandbox = sandbox;
    this.streams = streams;
    this.found = found;
    for (SeedSpec seed : spec.seeds()) {
      made.put(seed.name().toLowerCase(Locale.ROOT), seed.fullName());
      seeds.add(seed.fullName());
    }
    for (ModelSpec model : spec.models()) {
      made.put(model.name().toLowerCase(Locale.ROOT), model.fullName());
      steps.put(model.fullName(), model.step());
    }
  }

  /** Full names of what a model reads; empty after reporting why it cannot be read. */
  Optional<List<String>> reads(ModelSpec model) {
    Optional<List<String>> resolved = resolved(model.sql(), model.sqlAt());
    List<String> reads = resolved.orElse(List.of());
    for (String read : reads) {
      if (!allowed(model.step(), read)) {
        found.add(
            Diagnostic.error(
                "step-skipped",
                model.sqlAt(),
                "%s is in %s and reads %s".formatted(model.name(), model.step().folder(), read),
                "staging reads tables of streams and seeds; intermediate and marts read staging,"
                    + " intermediate and seeds; marts read marts too",
                fix(model.step(), read)));
      }
    }
    if (model.step() == Step.STAGING
        && reads.stream().filter(read -> !seeds.contains(read)).count() > 1) {
      found.add(
          Diagnostic.error(
              "several-sources",
              model.sqlAt(),
              model.name() + " reads several tables of streams: " + String.join(", ", reads),
              "a staging model is one source, renamed and cast",
              "write one for each, and join them in intermediate"));
    }
    return resolved;
  }

  /** Full names of what a check reads; empty after reporting why it cannot be read. */
  Optional<List<String>> reads(SingularCheckSpec check) {
    return resolved(check.sql(), check.sqlAt());
  }

  private boolean allowed(Step step, String read) {
    Step from = steps.get(read);
    if (from == null) {
      return step == Step.STAGING || seeds.contains(read);
    }
    return switch (step) {
      case STAGING -> false;
      case INTERMEDIATE -> from != Step.MARTS;
      case MARTS -> true;
    };
  }

  private static String fix(Step step, String read) {
    if (step == Step.STAGING) {
      return "move it to models/intermediate or models/marts";
    }
    return step == Step.INTERMEDIATE && read.startsWith(Step.MARTS.namespace() + ".")
        ? "move it to models/marts"
        : "read it in a model of models/staging, and read that one";
  }

  private Optional<List<String>> resolved(String sql, Place at) {
    ReadStatement statement;
    try {
      statement = ReadStatement.parse(sandbox.connection(), sql);
    } catch (MoulinException e) {
      found.add(Diagnostic.error("invalid-sql", at, String.valueOf(e.getMessage()), "", e.fix()));
      return Optional.empty();
    } catch (SQLException e) {
      SqlPlace error = SqlPlace.of(e, at, 0);
      found.add(Diagnostic.error("invalid-sql", error.at(), error.what(), "", error.hint()));
      return Optional.empty();
    }
    if (statement.listing() || !statement.sql().equals(sql)) {
      found.add(
          Diagnostic.error(
              "invalid-sql", at, "This is no SELECT of rows", "", "write SELECT … FROM …"));
      return Optional.empty();
    }
    for (String function : statement.functions()) {
      if (HIDING.contains(function)) {
        found.add(
            Diagnostic.error(
                "hidden-sql",
                at,
                "%s() takes text, of which nobody knows what it reads".formatted(function),
                "the order of a build and what it has to compute come from what models read",
                "write what it stands for: FROM (SELECT …), or the name of the table"));
        return Optional.empty();
      }
    }
    List<String> reads = new ArrayList<>();
    boolean complete = true;
    for (List<String> path : statement.tables()) {
      Optional<String> name = resolve(path);
      if (name.isEmpty()) {
        unknown(String.join(".", path), at);
        complete = false;
      } else {
        reads.add(name.get());
      }
    }
    return complete ? Optional.of(new ArrayList<>(new TreeSet<>(reads))) : Optional.empty();
  }

  /** The full name that the parts of a name mean. */
  private Optional<String> resolve(List<String> path) {
    if (path.size() == 1) {
      return Optional.ofNullable(made.get(path.get(0).toLowerCase(Locale.ROOT)));
    }
    String name = String.join(".", path);
    return known().stream().filter(each -> each.equalsIgnoreCase(name)).findFirst();
  }

  /** The table that a check compares with: a model, a seed, or a table of a stream. */
  Optional<String> target(String name) {
    return resolve(List.of(name.split("\\.", -1)));
  }

  private Collection<String> known() {
    Set<String> all = new TreeSet<>(streams);
    all.addAll(made.values());
    return all;
  }

  /** Reports a name that means nothing. */
  void unknown(String name, Place at) {
    List<String> names = new ArrayList<>(known());
    Optional<String> sameEnd = names.stream().filter(each -> each.endsWith("." + name)).findFirst();
    List<String> choices = new ArrayList<>(names);
    choices.addAll(made.keySet());
    String near =
        sameEnd
            .or(() -> Spelling.nearest(name, choices))
            .map(each -> "did you mean '" + each + "'? ")
            .orElse("");
    found.add(
        Diagnostic.error(
            "unknown-reference",
            at,
            "There is no model, seed or table '" + name + "'",
            "models and seeds are read by their names, tables of streams with their namespace",
            near + "There are: " + String.join(", ", names)));
  }

  /**
   * Full names of all models, each behind those that it reads; cycles are reported and left out.
   */
  List<String> ordered(Map<String, ModelSpec> models, Map<String, List<String>> reads) {
    Set<String> done = new LinkedHashSet<>();
    Set<String> open = new LinkedHashSet<>();
    for (String name : models.keySet()) {
      visit(name, models, reads, done, open);
    }
    return List.copyOf(done);
  }

  private void visit(
      String name,
      Map<String, ModelSpec> models,
      Map<String, List<String>> reads,
      Set<String> done,
      Set<String> open) {
    ModelSpec model = models.get(name);
    if (model == null || done.contains(name)) {
      return;
    }
    if (!open.add(name)) {
      List<String> cycle = new ArrayList<>(open);
      cycle = cycle.subList(cycle.indexOf(name), cycle.size());
      found.add(
          Diagnostic.error(
              "cycle-of-models",
              model.sqlAt(),
              "Models read each other in a circle: %s, %s"
                  .formatted(String.join(", ", cycle), name),
              "each would have to be built before the other; what a check compares with comes first too",
              "take one of the references out"));
      return;
    }
    for (String read : reads.getOrDefault(name, List.of())) {
      visit(read, models, reads, done, open);
    }
    open.remove(name);
    done.add(name);
  }
}

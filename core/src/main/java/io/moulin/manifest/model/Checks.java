package io.moulin.manifest.model;

import io.moulin.manifest.block.Scalars;
import io.moulin.manifest.block.Section;
import io.moulin.manifest.yaml.Problems;
import io.moulin.spec.Place;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.CheckSpec.Kind;
import io.moulin.spec.model.CheckSpec.Limits;
import io.moulin.spec.model.CheckSpec.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Makes checks of what is declared about one table. */
final class Checks {
  private final Problems problems;

  /** What a rule about values is where no word says it. */
  private final Severity ofValues;

  private final List<CheckSpec> checks = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  Checks(Problems problems, Severity ofValues) {
    this.problems = problems;
    this.ofValues = ofValues;
  }

  /**
   * All checks of a table.
   *
   * @param key columns that are never NULL and unique together
   */
  List<CheckSpec> all(List<Section> declared, List<String> key, Section table) {
    if (!key.isEmpty()) {
      implied(Kind.NOT_NULL, key, table.at("key"));
      implied(Kind.UNIQUE, key, table.at("key"));
    }
    declared.forEach(this::add);
    return List.copyOf(checks);
  }

  /** That there is a row. */
  void notEmpty(Place at) {
    implied(Kind.NOT_EMPTY, List.of(), at);
  }

  private void implied(Kind kind, List<String> columns, Place at) {
    String name = name(kind, columns);
    names.add(name);
    checks.add(
        new CheckSpec(
            kind,
            name,
            columns,
            List.of(),
            "",
            List.of(),
            "",
            "",
            0,
            Duration.ZERO,
            Limits.of(Severity.ERROR),
            at));
  }

  private void add(Section section) {
    if (!section.has("check")) {
      return; // reported, or there is nothing to say about it
    }
    Kind kind = Kind.valueOf(section.option("check", ModelWords.CheckWord.class).name());
    List<String> columns = section.strings("columns");
    fitting(kind, section);
    String name = section.text("name");
    if (name.isEmpty()) {
      name = name(kind, columns);
    }
    if (!names.add(name)) {
      problems.error(
          "duplicate-check",
          section.at(),
          "There are two checks of the name '" + name + "'",
          "a check is reported by its name; a key brings not-null and unique by itself",
          "give one of them another name, or leave it out");
    }
    List<String> to = section.strings("to-columns");
    if (kind == Kind.RELATIONSHIPS && !to.isEmpty() && to.size() != columns.size()) {
      problems.error(
          "invalid-check",
          section.at("to-columns"),
          "'columns' has %d names and 'to-columns' %d".formatted(columns.size(), to.size()),
          "they are compared one by one",
          "name as many of both");
    }
    checks.add(
        new CheckSpec(
            kind,
            name,
            columns,
            section.strings("values"),
            section.text("to"),
            to.isEmpty() ? columns : to,
            section.text("expect"),
            section.text("where"),
            kind == Kind.ROW_COUNT_CHANGE ? Scalars.share(section.text("within")) : 0,
            age(kind, section),
            limits(section, severity(kind)),
            section.at()));
  }

  private static Duration age(Kind kind, Section section) {
    Duration age = kind == Kind.FRESHNESS ? Scalars.duration(section.text("within")) : null;
    return age == null ? Duration.ZERO : age;
  }

  private Severity severity(Kind kind) {
    return switch (kind) {
      case NOT_NULL, UNIQUE, FRESHNESS, NOT_EMPTY -> Severity.ERROR;
      case ROW_COUNT_CHANGE -> Severity.WARN;
      case ACCEPTED_VALUES, RELATIONSHIPS, EXPRESSION -> ofValues;
    };
  }

  /** The limits that a section declares. */
  static Limits limits(Section section, Severity byDefault) {
    Severity severity =
        section.has("severity") ? section.option("severity", Severity.class) : byDefault;
    return new Limits(
        severity,
        section.number("warn-above"),
        section.has("error-above") ? section.number("error-above") : null);
  }

  private static String name(Kind kind, List<String> columns) {
    String word = kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    return columns.isEmpty() ? word : word + "(" + String.join(", ", columns) + ")";
  }

  /** Each check has words of its own: one that is missing, or means nothing, is a mistake. */
  private void fitting(Kind kind, Section section) {
    boolean expression = kind == Kind.EXPRESSION;
    needed(section, "columns", !expression, !expression);
    needed(section, "expect", expression, expression);
    needed(section, "values", kind == Kind.ACCEPTED_VALUES, kind == Kind.ACCEPTED_VALUES);
    boolean relation = kind == Kind.RELATIONSHIPS;
    needed(section, "to", relation, relation);
    needed(section, "to-columns", false, relation);
    boolean bounded = kind == Kind.ROW_COUNT_CHANGE || kind == Kind.FRESHNESS;
    needed(section, "within", bounded, bounded);
    boolean oneColumn = bounded || kind == Kind.ACCEPTED_VALUES;
    if (oneColumn && section.strings("columns").size() > 1) {
      problems.error(
          "invalid-check",
          section.at("columns"),
          "This check is about one column, not " + section.strings("columns").size(),
          "",
          "write one check for each");
    }
    String within = section.text("within");
    if (kind == Kind.ROW_COUNT_CHANGE && section.has("within") && Scalars.share(within) == 0) {
      invalid(section, "'" + within + "' is no share", "write one such as 20%");
    } else if (kind == Kind.FRESHNESS
        && section.has("within")
        && Scalars.duration(within) == null) {
      invalid(section, "'" + within + "' is no duration", "write one such as 1d");
    }
    if (section.has("error-above")
        && section.number("error-above") < section.number("warn-above")) {
      problems.error(
          "invalid-check",
          section.at("error-above"),
          "'error-above' is less than 'warn-above'",
          "an error is worse than a warning",
          "make it at least " + section.number("warn-above"));
    }
  }

  private void invalid(Section section, String what, String fix) {
    problems.error("invalid-check", section.at("within"), what, "", fix);
  }

  private void needed(Section section, String field, boolean required, boolean allowed) {
    String check = section.text("check");
    if (required && !section.has(field) && !section.broken(field)) {
      problems.error(
          "missing-field",
          section.at(),
          "A check '%s' needs '%s'".formatted(check, field),
          section.block().field(field).doc(),
          "add " + field);
    } else if (!allowed && section.has(field)) {
      problems.error(
          "useless-field",
          section.at(field),
          "'%s' means nothing to a check '%s'".formatted(field, check),
          "",
          "remove it");
    }
  }
}

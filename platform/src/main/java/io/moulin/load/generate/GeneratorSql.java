package io.moulin.load.generate;

import io.moulin.spec.Sql;
import io.moulin.spec.generate.GeneratorSpec;
import io.moulin.spec.generate.GeneratorSpec.FaultSpec;
import io.moulin.spec.generate.GeneratorSpec.ShapeSpec;
import io.moulin.spec.generate.GeneratorSpec.SqlSpec;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The SQL of a generator. A line's way through it: {@code origin} (which row it is, or is a copy
 * of, and its fault) → values of {@code let} → the columns of its shape → JSON, with the fault's
 * columns in place of the right ones → the payload.
 *
 * <p>All chance is the MD5 of the seed, the row's number and a word, so that a row is the same in
 * every run, batch and release.
 */
final class GeneratorSql {
  static final String LINE = "__line";
  static final String SHAPE = "__shape";
  static final String FAULT = "__fault";
  static final String PAYLOAD = "__payload";

  private static final List<String> OURS = List.of(LINE, SHAPE, FAULT);

  private final GeneratorSpec generator;

  GeneratorSql(GeneratorSpec generator) {
    this.generator = generator;
  }

  /** The functions that the SQL of users may call. */
  List<String> prepare() {
    List<String> macros = new ArrayList<>();
    macros.add(
        "chance(n, word) AS CAST(md5_number_lower(concat_ws(':', %d, n, word)) // 2048 AS DOUBLE) / 9007199254740992.0"
            .formatted(generator.seed()));
    macros.add("uniform(n, word, least, most) AS least + chance(n, word) * (most - least)");
    macros.add(
        "whole(n, word, least, most) AS least + CAST(floor(chance(n, word) * (most - least + 1)) AS BIGINT)");
    macros.add("pick(n, word, options) AS options[whole(n, word, 1, len(options))]");
    macros.add(
        "weighted(n, word, options, weights) AS options[1 + len(list_filter(range(1, len(weights)),"
            + " lambda i: list_sum(weights[1:i]) <= chance(n, word) * list_sum(weights)))]");
    macros.add("gap(n, word, mean) AS -mean * ln(1 - chance(n, word))");
    macros.add(
        "bell(n, word, mean, spread) AS mean + spread * sqrt(-2 * ln(1 - chance(n, word)))"
            + " * cos(2 * pi() * chance(n, word || '~'))");
    macros.add(
        "code(n, word, length) AS left(md5(concat_ws(':', %d, n, word)), length)"
            .formatted(generator.seed()));
    macros.add("__fault_of(n) AS " + faultOf());
    macros.add(
        "__shape_of(n) AS " + weighted(generator.shapes().stream().map(ShapeSpec::name).toList()));
    return macros.stream().map(macro -> "CREATE MACRO " + macro).toList();
  }

  private String weighted(List<String> names) {
    String options = names.stream().map(Sql::text).collect(Collectors.joining(", "));
    String weights =
        generator.shapes().stream()
            .map(shape -> Integer.toString(shape.weight()))
            .collect(Collectors.joining(", "));
    return "weighted(n, '__shape', [%s], [%s])".formatted(options, weights);
  }

  private String faultOf() {
    StringBuilder cases = new StringBuilder();
    BigDecimal bound = BigDecimal.ZERO;
    for (FaultSpec fault : generator.faults()) {
      bound = bound.add(BigDecimal.valueOf(fault.share()));
      cases.append(" WHEN chance(n, '__fault') < ").append(bound.toPlainString());
      cases.append(" THEN ").append(Sql.text(fault.name()));
    }
    return cases.isEmpty() ? "CAST(NULL AS VARCHAR)" : "CASE" + cases + " END";
  }

  /**
   * The lines from {@code from} on, as payloads in order.
   *
   * @param lines a query of line numbers, such as {@code range}
   */
  String rows(String lines) {
    String origin = origin(lines);
    return generator.shapes().stream()
            .map(shape -> payloads(shape, origin))
            .collect(Collectors.joining(" UNION ALL "))
        + " ORDER BY "
        + LINE;
  }

  /** Which row stands in a line: its own, or one before it of which it is a copy. */
  private String origin(String lines) {
    StringBuilder source = new StringBuilder();
    StringBuilder applies = new StringBuilder();
    for (FaultSpec fault : generator.faults()) {
      String name = Sql.text(fault.name());
      if (fault.copyWithin() > 0) {
        source.append(
            " WHEN %s = %s THEN %s - whole(%s, '__copy', 1, %d)"
                .formatted(FAULT, name, LINE, LINE, fault.copyWithin()));
      }
      if (!fault.shapes().isEmpty()) {
        String shapes = fault.shapes().stream().map(Sql::text).collect(Collectors.joining(", "));
        applies.append(
            " WHEN %s = %s AND %s NOT IN (%s) THEN NULL".formatted(FAULT, name, SHAPE, shapes));
      }
    }
    String copied = source.isEmpty() ? "CAST(NULL AS BIGINT)" : "CASE" + source + " END";
    String one = "SELECT __line, __fault_of(__line) AS __fault FROM (" + lines + ")";
    String two = "SELECT *, %s AS __source FROM (%s)".formatted(copied, one);
    // What is copied must be right itself, and in its own line.
    String good = "__source >= 0 AND __fault_of(__source) IS NULL";
    String three =
        ("SELECT __line, CASE WHEN __source IS NOT NULL AND (%1$s) IS NOT TRUE THEN NULL ELSE __fault END"
                + " AS __fault, CASE WHEN %1$s THEN __source ELSE __line END AS n FROM (%2$s)")
            .formatted(good, two);
    String four = "SELECT *, __shape_of(n) AS __shape FROM (" + three + ")";
    String fault = applies.isEmpty() ? FAULT : "CASE" + applies + " ELSE __fault END";
    return "SELECT __line, __shape, %s AS __fault, n, %s AS moment FROM (%s)"
        .formatted(fault, at(), four);
  }

  private String at() {
    double microsPerRow = 1e6 / generator.rate();
    return "CAST(make_timestamp(%d + CAST(floor((n + chance(n, '__at')) * %s) AS BIGINT)) AS TIMESTAMP)"
        .formatted(
            generator.start().toEpochMilli() * 1000,
            BigDecimal.valueOf(microsPerRow).toPlainString());
  }

  private String payloads(ShapeSpec shape, String origin) {
    String whole = "CAST(" + json(shape) + " AS VARCHAR)";
    StringBuilder raws = new StringBuilder();
    for (FaultSpec fault : applying(shape)) {
      if (fault.raw() != null) {
        raws.append(
            " WHEN %s = %s THEN CAST((%s\n) AS VARCHAR)"
                .formatted(FAULT, Sql.text(fault.name()), fault.raw().sql()));
      }
    }
    String payload = raws.isEmpty() ? "payload" : "CASE" + raws + " ELSE payload END";
    return "SELECT %s, %s, %s, %s AS %s FROM (SELECT %s, n, moment, %s AS payload FROM (%s))"
        .formatted(
            LINE,
            SHAPE,
            FAULT,
            payload,
            PAYLOAD,
            String.join(", ", OURS),
            whole,
            columns(shape, shape.row().size(), origin));
  }

  private List<FaultSpec> applying(ShapeSpec shape) {
    return generator.faults().stream().filter(fault -> fault.appliesTo(shape)).toList();
  }

  private String json(ShapeSpec shape) {
    List<String> fields = new ArrayList<>();
    for (SqlSpec column : shape.row()) {
      StringBuilder faulty = new StringBuilder();
      for (FaultSpec fault : applying(shape)) {
        for (SqlSpec set : fault.set()) {
          if (set.name().equals(column.name())) {
            faulty.append(
                " WHEN %s = %s THEN to_json((%s\n))"
                    .formatted(FAULT, Sql.text(fault.name()), set.sql()));
          }
        }
      }
      String right = "to_json(%s)".formatted(Sql.name(column.name()));
      fields.add(
          Sql.text(column.name())
              + ", "
              + (faulty.isEmpty() ? right : "CASE" + faulty + " ELSE " + right + " END"));
    }
    return "json_object(" + String.join(", ", fields) + ")";
  }

  /** The first {@code count} columns of a shape, with all that their SQL sees. */
  String columns(ShapeSpec shape, int count, String origin) {
    String values =
        values(generator.lets().size(), origin)
            + " WHERE %s = %s".formatted(SHAPE, Sql.text(shape.name()));
    List<SqlSpec> columns = shape.row().subList(0, count);
    // A column may have the name of a value; from then on it is the column that is meant.
    String hidden = hidden(columns).map(names -> " EXCLUDE (" + names + ")").orElse("");
    StringBuilder select = new StringBuilder("SELECT *").append(hidden);
    for (SqlSpec column : columns) {
      select.append(", (%s\n) AS %s".formatted(column.sql(), Sql.name(column.name())));
    }
    return select + " FROM (" + values + ")";
  }

  private Optional<String> hidden(List<SqlSpec> columns) {
    List<String> names = new ArrayList<>(List.of("n", "moment"));
    generator.lets().forEach(let -> names.add(let.name()));
    String hidden =
        names.stream()
            .filter(name -> columns.stream().anyMatch(c -> folded(c.name()).equals(folded(name))))
            .map(Sql::name)
            .collect(Collectors.joining(", "));
    return hidden.isEmpty() ? Optional.empty() : Optional.of(hidden);
  }

  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** The first {@code count} values of {@code let}, with all that their SQL sees. */
  String values(int count, String origin) {
    StringBuilder select = new StringBuilder("SELECT *");
    for (SqlSpec let : generator.lets().subList(0, count)) {
      select.append(", (%s\n) AS %s".formatted(let.sql(), Sql.name(let.name())));
    }
    return select + " FROM (" + origin + ")";
  }

  /** A line for each shape, to bind SQL against. */
  String sample() {
    return origin("SELECT CAST(1 AS BIGINT) AS " + LINE);
  }
}

package io.moulin.model;

import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.model.ModelSpec.Step;
import io.moulin.spec.model.SeedSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How the tables of a project are called in the SQL of models. */
public final class SqlNames {
  /** Schemas in which a bare name is looked for. */
  public static final List<String> PATH =
      Stream.concat(
              Arrays.stream(Step.values()).map(Step::namespace), Stream.of(SeedSpec.NAMESPACE))
          .toList();

  private SqlNames() {}

  /** A statement after which bare names mean models and seeds. */
  public static String searchPath() {
    return "SET search_path = " + Sql.text(String.join(",", PATH));
  }

  /** A full name with each part quoted. */
  public static String quoted(String fullName) {
    int dot = fullName.indexOf('.');
    return Sql.name(fullName.substring(0, dot)) + "." + Sql.name(fullName.substring(dot + 1));
  }

  /** A full name without its namespace, as SQL calls the columns of a table by it. */
  public static String bare(String fullName) {
    return fullName.substring(fullName.indexOf('.') + 1);
  }

  /** Columns of a SELECT, each of the type that it has in a table. */
  public static String typed(List<FieldSpec> fields) {
    return fields.stream()
        .map(
            field ->
                "CAST(%1$s AS %2$s) AS %1$s".formatted(Sql.name(field.name()), field.type().sql()))
        .collect(Collectors.joining(", "));
  }
}

package io.moulin.spec;

/** How names and text are written in DuckDB SQL. */
public final class Sql {
  private Sql() {}

  /** A name, quoted so that any text is safe: {@code a"b} becomes {@code "a""b"}. */
  public static String name(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** A text literal: {@code it's} becomes {@code 'it''s'}. */
  public static String text(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}

package io.moulin.model.dbt;

import java.util.regex.Pattern;

/** How text is written where dbt looks for expressions. */
final class Jinja {
  private static final Pattern OPENING = Pattern.compile("\\{[{%#]");

  private Jinja() {}

  /** Text that stays what it is: what would begin an expression becomes an expression of itself. */
  static String text(String text) {
    return OPENING.matcher(text).replaceAll(found -> "{{ '" + found.group() + "' }}");
  }

  /** An expression whose value stands in its place. */
  static String expression(String expression) {
    return "{{ " + expression + " }}";
  }
}

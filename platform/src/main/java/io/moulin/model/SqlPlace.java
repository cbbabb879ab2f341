package io.moulin.model;

import io.moulin.spec.Place;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What DuckDB says of a statement that holds a file's SQL, said of the file.
 *
 * @param what the error, in a line
 * @param hint what it proposes; empty when it proposes nothing
 * @param at where, as far as it says so
 */
record SqlPlace(String what, String hint, Place at) {
  private static final Pattern LINE = Pattern.compile("^LINE (\\d{1,9}): (.*)$");

  /**
   * Reads an error.
   *
   * @param sqlAt where the SQL begins in its file
   * @param linesBefore lines of the statement before the SQL
   */
  static SqlPlace of(SQLException error, Place sqlAt, int linesBefore) {
    return of(Objects.requireNonNullElse(error.getMessage(), error.toString()), sqlAt, linesBefore);
  }

  /** The same of an error that is text already. */
  static SqlPlace of(String error, Place sqlAt, int linesBefore) {
    List<String> lines = error.lines().filter(line -> !line.isBlank()).toList();
    String hint =
        lines.stream()
            .filter(line -> line.startsWith("Candidate") || line.startsWith("Did you mean"))
            .findFirst()
            .orElse("");
    Place at = sqlAt;
    for (int i = 0; i < lines.size(); i++) {
      Matcher line = LINE.matcher(lines.get(i));
      if (line.matches()) {
        int number = Integer.parseInt(line.group(1)) - linesBefore;
        if (number >= 1) {
          int label = line.group(0).length() - line.group(2).length();
          int caret = i + 1 < lines.size() ? lines.get(i + 1).indexOf('^') : -1;
          boolean cut = line.group(2).startsWith("...");
          int column = caret < label || cut ? 1 : caret - label + 1;
          at =
              new Place(
                  sqlAt.file(),
                  sqlAt.line() + number - 1,
                  number == 1 ? sqlAt.column() + column - 1 : column);
        }
      }
    }
    return new SqlPlace(lines.isEmpty() ? "no reason given" : lines.get(0), hint, at);
  }
}

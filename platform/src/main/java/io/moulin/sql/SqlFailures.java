package io.moulin.sql;

import io.moulin.spec.MoulinException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Objects;
import java.util.regex.Pattern;

/** What DuckDB's errors mean for the user. */
public final class SqlFailures {
  private static final Pattern LINE = Pattern.compile("(?m)^LINE (\\d{1,9}): ");
  private static final int MOST_LINES = 6;
  private static final int LONGEST_LINE = 200;

  private SqlFailures() {}

  /** The failure in our words. */
  public static MoulinException of(SQLException cause) {
    String message = trimmed(Objects.requireNonNullElse(cause.getMessage(), cause.toString()));
    int memory = message.indexOf("Out of Memory Error");
    if (memory >= 0) {
      // What follows the first line are settings that users cannot reach.
      return MoulinException.user(
          "query-too-large",
          message.substring(memory).lines().findFirst().orElse(message),
          "select fewer rows or columns, or give queries more memory",
          cause);
    } else if (message.startsWith("Permission Error")) {
      return MoulinException.user(
          "query-access",
          message,
          "a query reads the tables of the catalog and nothing else; 'moulin load' brings files in",
          cause);
    } else if (message.startsWith("IO Error")) {
      return MoulinException.external(
          "table-files",
          message,
          "check that the files of the table are where they were and can be read",
          cause);
    } else if (message.startsWith("INTERNAL") || message.startsWith("FATAL")) {
      return MoulinException.internal("query-engine", message, cause);
    }
    return MoulinException.user("invalid-sql", message, "", cause);
  }

  /** The line of {@code sql} that holds the byte at {@code position}, and a caret under it. */
  static String pointer(String sql, int position) {
    byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
    String before = new String(bytes, 0, Math.min(position, bytes.length), StandardCharsets.UTF_8);
    int start = before.lastIndexOf('\n') + 1;
    int end = sql.indexOf('\n', before.length());
    String line = sql.substring(start, end < 0 ? sql.length() : end);
    int column = before.length() - start;
    int cut = Math.max(0, column - LONGEST_LINE / 2);
    String seen = line.substring(cut, Math.min(line.length(), cut + LONGEST_LINE));
    String label = "LINE " + (1 + before.chars().filter(c -> c == '\n').count()) + ": ";
    return label + seen + "\n" + " ".repeat(label.length() + column - cut) + "^";
  }

  /** The failure of a statement with a line before it, as if the line were not there. */
  static SQLException oneLineUp(SQLException cause) {
    String message = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
    String moved =
        LINE.matcher(message)
            .replaceAll(line -> "LINE " + (Integer.parseInt(line.group(1)) - 1) + ": ");
    return new SQLException(moved, cause);
  }

  /** What went wrong, in one line. */
  public static String firstLine(SQLException cause) {
    String message = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
    return message.lines().findFirst().orElse(message);
  }

  /** The message with its caret, without what follows. */
  private static String trimmed(String message) {
    StringBuilder text = new StringBuilder();
    message
        .lines()
        .filter(line -> !line.isBlank())
        .limit(MOST_LINES)
        .forEach(
            line ->
                text.append(text.isEmpty() ? "" : "\n")
                    .append(
                        line.length() <= LONGEST_LINE
                            ? line
                            : line.substring(0, LONGEST_LINE - 1) + "…"));
    return text.toString();
  }
}

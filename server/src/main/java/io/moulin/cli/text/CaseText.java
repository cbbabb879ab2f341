package io.moulin.cli.text;

import io.moulin.control.fixture.CaseResult;
import io.moulin.control.fixture.CaseResult.ChangedRow;
import io.moulin.control.fixture.CaseResult.ChangedValue;
import io.moulin.control.fixture.CaseResult.Difference;
import io.moulin.control.fixture.CaseResult.ShownRow;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The result of a case: one line when it passed, else where it differs. */
public final class CaseText {
  private CaseText() {}

  public static List<String> lines(CaseResult result, Style style) {
    String title = result.dataset() + ": " + result.name();
    if (result.passed()) {
      return List.of(style.green("ok  ") + " " + title);
    }
    List<String> lines = new ArrayList<>();
    lines.add(style.red("FAIL") + " " + title + "  " + style.faint(result.at().toString()));
    result.differences().forEach(difference -> lines.addAll(difference(difference, style)));
    return lines;
  }

  /** Where something is not as expected, indented below the title of its case. */
  static List<String> difference(Difference difference, Style style) {
    List<String> lines = new ArrayList<>();
    lines.add("     " + style.bold(difference.what()) + ": " + difference.summary());
    for (ChangedRow row : difference.changed()) {
      lines.add(
          "       "
              + style.yellow("differs")
              + "  record %d, expected in line %d".formatted(row.record(), row.line()));
      TextTable table = new TextTable("column", "expected", "got");
      for (ChangedValue value : row.values()) {
        table.row(value.column(), shown(value.expected()), shown(value.actual()));
      }
      lines.addAll(table.lines("         ", style));
    }
    difference
        .missing()
        .forEach(
            row ->
                lines.add(
                    "       %s  line %d: %s"
                        .formatted(style.red("missing"), row.line(), values(row))));
    difference
        .unexpected()
        .forEach(
            row ->
                lines.add(
                    "       %s  record %d: %s"
                        .formatted(style.red("too many"), row.record(), values(row))));
    return lines;
  }

  private static String values(ShownRow row) {
    return row.values().stream()
        .map(value -> value.column() + " " + shown(value.value()))
        .collect(Collectors.joining(", "));
  }

  private static String shown(@Nullable String value) {
    return value == null ? "NULL" : value.isEmpty() ? "''" : value;
  }
}

package io.moulin.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps the rows of a result as text. */
final class Rows implements RowSink {
  final List<String> columns = new ArrayList<>();
  final List<String> rows = new ArrayList<>();

  @Override
  public void columns(List<ResultColumn> names) {
    names.forEach(column -> columns.add(column.name() + " " + column.type()));
  }

  @Override
  public void row(List<@Nullable Cell> values) {
    rows.add(
        values.stream()
            .map(cell -> cell == null ? "NULL" : cell.text())
            .collect(Collectors.joining("|")));
  }
}

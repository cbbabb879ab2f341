package io.moulin.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the rows of a result as they come. */
public interface RowSink {

  /** Called once, before the first row. */
  void columns(List<ResultColumn> columns);

  /** Called for each row, with a value for each column; null is SQL's NULL. */
  void row(List<@Nullable Cell> values);
}

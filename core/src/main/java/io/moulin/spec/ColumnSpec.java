package io.moulin.spec;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One column: what is on the wire, and what silver makes of it.
 *
 * @param name name on the wire and in bronze, case kept
 * @param type type on the wire and in bronze
 * @param as name in silver
 * @param silver type in silver
 * @param required a row without a value violates {@code NULL_<AS>}
 * @param round a number with more digits than {@code silver} holds is rounded half up, not refused
 * @param formats how its timestamps are written; empty for those of {@link TimeSpec}
 * @param was an earlier value of {@code as}
 */
public record ColumnSpec(
    String name,
    DataType type,
    String as,
    DataType silver,
    String doc,
    boolean required,
    boolean round,
    List<String> formats,
    @Nullable String was,
    Place at)
    implements Serializable {

  public ColumnSpec {
    formats = List.copyOf(formats);
  }
}

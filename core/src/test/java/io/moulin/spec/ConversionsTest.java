package io.moulin.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversionsTest {
  private static final List<String> TYPES =
      List.of(
          "boolean",
          "int",
          "long",
          "float",
          "double",
          "decimal(10,2)",
          "string",
          "date",
          "time",
          "timestamp",
          "timestamptz",
          "binary",
          "uuid",
          "list<int>",
          "map<string, int>",
          "struct<a: int>");

  /** Row: wire type. Column: silver type, in the order of {@link #TYPES}. */
  private static final String MATRIX =
      """
      boolean          x.....x.........
      int              .xxxxxx.........
      long             .xxxxxx.........
      float            .xxxxxx.........
      double           .xxxxxx.........
      decimal(10,2)    .xxxxxx.........
      string           xxxxxxxxxxxxx...
      date             ......xx........
      time             ......x.x.......
      timestamp        ......xx.xx.....
      timestamptz      ......xx.xx.....
      binary           ......x....x....
      uuid             ......x.....x...
      list<int>        .............x..
      map<string, int> ..............x.
      struct<a: int>   ...............x
      """;

  @Test
  void allowsWhatTheMatrixSays() {
    List<String> rows = new ArrayList<>();
    for (String from : TYPES) {
      StringBuilder row = new StringBuilder();
      for (String to : TYPES) {
        boolean allowed = Conversions.allowed(TypeParser.parse(from), TypeParser.parse(to));
        row.append(allowed ? 'x' : '.');
      }
      rows.add("%-16s %s".formatted(from, row));
    }
    assertThat(String.join("\n", rows) + "\n").isEqualTo(MATRIX);
  }

  @Test
  void allowsDecimalsOfOtherSizesAndRefusesOtherLists() {
    assertThat(
            Conversions.allowed(
                TypeParser.parse("decimal(38,9)"), TypeParser.parse("decimal(5,0)")))
        .isTrue();
    assertThat(Conversions.allowed(TypeParser.parse("list<int>"), TypeParser.parse("list<long>")))
        .isFalse();
  }
}

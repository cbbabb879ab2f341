package io.moulin.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypeParserTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "boolean",
        "timestamptz",
        "decimal(38,0)",
        "list<list<int>>",
        "map<string, struct<a: int, b: list<date>>>"
      })
  void readsWhatItWrites(String text) {
    assertThat(TypeParser.parse(text)).hasToString(text);
  }

  @Test
  void takesAnySpaceAndCase() {
    assertThat(TypeParser.parse(" Decimal ( 10 , 2 ) ")).hasToString("decimal(10,2)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "intt",
        "int int",
        "decimal",
        "decimal(10)",
        "decimal(a,2)",
        "decimal(0,0)",
        "decimal(39,1)",
        "decimal(2,3)",
        "list",
        "list<>",
        "list<int",
        "list<int>>",
        "map<int>",
        "map<list<int>, int>",
        "struct<>",
        "struct<a>",
        "struct<a: int, A: int>",
        "decimal(99999999999,1)"
      })
  void refusesWhatIsNoType(String text) {
    assertThatThrownBy(() -> TypeParser.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesTypesTooDeepInsteadOfOverflowing() {
    assertThatThrownBy(() -> TypeParser.parse("list<".repeat(100_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 16");
  }
}

package io.moulin.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTypesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BIGINT|long",
        "HUGEINT|long",
        "SMALLINT|int",
        "UINTEGER|long",
        "DECIMAL(18,2)|decimal(18,2)",
        "VARCHAR|string",
        "TIMESTAMP WITH TIME ZONE|timestamptz",
        "TIMESTAMP_MS|timestamp",
        "VARCHAR[]|list<string>",
        "INTEGER[3]|list<int>",
        "STRUCT(os VARCHAR, app BOOLEAN)|struct<os: string, app: boolean>",
        "STRUCT(\"odd, name\" VARCHAR, inner STRUCT(a DECIMAL(4,1), b BIGINT[]))|struct<odd, name: string, inner: struct<a: decimal(4,1), b: list<long>>>",
        "MAP(VARCHAR, DOUBLE)|map<string, double>",
        "ENUM('a', 'b')|string"
      })
  void typesOfTheEngineAreOurs(String duckdb, String ours) {
    assertThat(ModelTypes.of(duckdb).orElseThrow()).hasToString(ours);
  }

  @Test
  void whatNoTableHoldsHasNone() {
    assertThat(ModelTypes.of("INTERVAL")).isEmpty();
    assertThat(ModelTypes.of("STRUCT(a INTERVAL)")).isEmpty();
    assertThat(ModelTypes.of("BIT")).isEmpty();
  }
}

package io.moulin.model.dbt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.manifest.ProjectReader;
import io.moulin.manifest.ProjectReading;
import io.moulin.model.ModelCheck;
import io.moulin.spec.MoulinException;
import io.moulin.spec.project.ProjectSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What dbt is given of a project. */
class DbtProjectTest {
  private static final String DATASET =
      """
      dataset: shop.orders
      source: {topic: shop.orders}
      columns:
        - {name: id, type: long, required: true, doc: number of the order}
        - {name: customer, type: string}
        - {name: amount, type: "decimal(10,2)"}
        - {name: placed_at, type: timestamp, required: true}
      derive:
        - {name: day, type: date, sql: "CAST(placed_at AS DATE)"}
      partition: [day]
      """;

  @TempDir private Path folder;

  @BeforeEach
  void aStream() throws IOException {
    file("moulin.yml", "name: my-shop\n");
    file("datasets/orders.yml", DATASET);
    file("models/staging/stg_orders.sql", "SELECT id, customer, amount, day FROM silver.orders");
  }

  private void file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Map<String, String> exported() {
    return exported(folder);
  }

  private static Map<String, String> exported(Path folder) {
    ProjectReading reading = ProjectReader.read(folder, Optional.empty(), Map.of());
    ProjectSpec project =
        Objects.requireNonNull(reading.project(), reading.diagnostics()::toString);
    ModelCheck.Checked checked = ModelCheck.check(project.datasets(), reading.models());
    Map<String, String> files = new LinkedHashMap<>();
    DbtProject.of(
            project.name(),
            project.datasets(),
            reading.models(),
            checked
                .blueprint()
                .orElseThrow(() -> new AssertionError(checked.diagnostics().toString())))
        .forEach(file -> files.put(file.path(), file.text()));
    return files;
  }

  private String exported(String name) {
    return Objects.requireNonNull(exported().get(name), () -> exported().keySet().toString());
  }

  @Test
  void stepsAreSchemasAndTheProjectHasANameThatDbtTakes() {
    Map<String, String> files = exported();

    assertThat(files.get("dbt_project.yml"))
        .startsWith("name: my_shop\n")
        .contains("models:\n  my_shop:\n    staging: {+schema: staging}\n")
        .doesNotContain("marts:", "seeds:\n");
    assertThat(files.get("profiles.yml")).contains("path: my_shop.duckdb", "MOULIN_CATALOG");
    assertThat(files.get("models/staging/stg_orders.sql"))
        .isEqualTo(
            """
            {{ config(materialized='view') }}
            SELECT id, customer, amount, day FROM {{ source('silver', 'orders') }}
            """);
  }

  @Test
  void namesAreReplacedWhereTheParserFindsThem() throws IOException {
    file(
        "models/marts/days.sql",
        """
        -- FROM stg_orders, ä
        WITH days AS (SELECT day, 'FROM stg_orders ä' AS text FROM "STG_ORDERS")
        SELECT day, (SELECT count(*) FROM staging . stg_orders) AS n
        FROM days AS stg JOIN stg_orders USING (day)\
        """);

    assertThat(exported("models/marts/days.sql"))
        .isEqualTo(
            """
            {{ config(materialized='table') }}
            -- FROM stg_orders, ä
            WITH days AS (SELECT day, 'FROM stg_orders ä' AS text FROM {{ ref('stg_orders') }})
            SELECT day, (SELECT count(*) FROM {{ ref('stg_orders') }}) AS n
            FROM days AS stg JOIN {{ ref('stg_orders') }} USING (day)
            """);
  }

  @Test
  void aNameThatTheSqlDefinesItselfStays() throws IOException {
    file("models/marts/days.sql", "SELECT day FROM stg_orders");
    file("models/marts/n.sql", "WITH days AS (SELECT day FROM stg_orders) SELECT * FROM days");

    assertThat(exported("models/marts/n.sql")).endsWith("SELECT * FROM days\n");
  }

  @Test
  void whatDbtWouldTakeForAnExpressionStaysText() throws IOException {
    file(
        "models/marts/days.sql",
        "/*\ndescription: written as {{ day }}\n*/\nSELECT day, '{{ a }} {% b %}' AS t FROM stg_orders");

    Map<String, String> files = exported();

    assertThat(files.get("models/marts/days.sql"))
        .contains(
            "SELECT day, '{{ '{{' }} a }} {{ '{%' }} b %}' AS t FROM {{ ref('stg_orders') }}");
    assertThat(files.get("models/schema.yml"))
        .contains("description: \"written as {{ '{{' }} day }}\"");
  }

  @Test
  void anIncrementalModelIsWholeUnlessDaysAreGiven() throws IOException {
    file(
        "models/marts/days.sql",
        """
        /*
        materialise: incremental
        partition: [day]
        */
        SELECT day, count(*) AS n FROM stg_orders GROUP BY day\
        """);

    assertThat(exported("models/marts/days.sql"))
        .isEqualTo(
            """
            {{ config(
              materialized=('incremental' if var('lookback_days') | int > 0 else 'table'),
              incremental_strategy='delete+insert',
              unique_key='day',
              on_schema_change='fail'
            ) }}
            SELECT *
            FROM (
            SELECT day, count(*) AS n FROM {{ ref('stg_orders') }} GROUP BY day
            ) AS computed
            {% if is_incremental() %}
            WHERE day >= (SELECT max(day) - to_days({{ var('lookback_days') | int }}) FROM {{ this }})
            {% endif %}
            """);
    assertThat(exported("dbt_project.yml")).contains("lookback_days: 0\n");
  }

  @Test
  void partitionsThatAreNoTimesAreAlwaysComputed() throws IOException {
    file(
        "models/marts/customers.sql",
        """
        /*
        materialise: incremental
        partition: [customer]
        */
        SELECT customer, count(*) AS n FROM stg_orders GROUP BY customer\
        """);

    assertThat(exported("models/marts/customers.sql"))
        .startsWith("{{ config(materialized='table') }}\nSELECT customer");
  }

  @Test
  void aContractHoldsForSumsOfWholeNumbersToo() throws IOException {
    file(
        "models/marts/sums.sql",
        """
        /*
        contract: enforced
        owner: finance
        tags: [core]
        columns:
          - {name: day, type: date, doc: day of the orders}
          - {name: ids, type: long}
        */
        SELECT day, sum(id) AS ids FROM stg_orders GROUP BY day\
        """);

    Map<String, String> files = exported();

    assertThat(files.get("models/marts/sums.sql"))
        .contains("SELECT * REPLACE (CAST(ids AS BIGINT) AS ids)\nFROM (\nSELECT day, sum(id)");
    assertThat(files.get("models/schema.yml"))
        .contains(
            """
              - name: sums
                config:
                  contract:
                    enforced: true
                  tags:
                    - core
                  meta:
                    owner: finance
                columns:
                  - name: day
                    description: day of the orders
                    data_type: DATE
                  - name: ids
                    data_type: BIGINT
            """);
  }

  private String checked() throws IOException {
    file(
        "models/marts/dim.sql",
        "/*\nkey: [customer]\n*/\nSELECT DISTINCT customer FROM stg_orders");
    file(
        "models/marts/facts.sql",
        """
        /*
        key: [id, day]
        checks:
          - {check: accepted-values, columns: [customer], values: [a, b], severity: warn}
          - {check: accepted-values, name: MOSTLY, columns: [customer], values: [a], warn-above: 3}
          - {check: relationships, columns: [customer], to: dim, warn-above: 0, error-above: 9}
          - {check: expression, name: PAID, expect: "amount > 0", where: "day > DATE '2024-01-01'"}
          - {check: row-count-change, columns: [day], within: 20%}
        */
        SELECT id, customer, amount, day FROM stg_orders\
        """);
    return exported("models/schema.yml");
  }

  @Test
  void testsOfDbtStandWhereTheyCountRows() throws IOException {
    assertThat(checked())
        .contains(
            """
                    data_tests:
                      - not_null:
                          name: dim__not_null_customer
                      - unique:
                          name: dim__unique_customer
            """,
            """
                      - accepted_values:
                          name: facts__accepted_values_customer
                          arguments:
                            values:
                              - a
                              - b
                          config:
                            severity: warn
            """,
            """
                      - relationships:
                          name: facts__relationships_customer
                          arguments:
                            to: ref('dim')
                            field: customer
                          config:
                            warn_if: ">0"
                            error_if: ">9"
            """);
  }

  @Test
  void testsOfOursStandWhereDbtHasNone() throws IOException {
    assertThat(checked())
        .contains(
            """
                  - moulin_accepted_values:
                      name: facts__mostly
                      arguments:
                        columns:
                          - customer
                        values:
                          - a
                      config:
                        warn_if: ">3"
                        error_if: ">3"
            """,
            """
                  - moulin_unique:
                      name: facts__unique_id_day
                      arguments:
                        columns:
                          - id
                          - day
            """,
            """
                  - moulin_expression:
                      name: facts__paid
                      arguments:
                        expect: "amount > 0"
                      config:
                        where: "day > DATE '2024-01-01'"
            """,
            """
                  - moulin_row_count_change:
                      name: facts__row_count_change_day
                      arguments:
                        columns:
                          - day
                        share: 0.2
                      config:
                        severity: warn
            """,
            "  - moulin_not_empty:\n");
  }

  @Test
  void streamsAreSourcesWithTheirChecks() throws IOException {
    file(
        "checks/orders.yml",
        """
        on: silver.orders
        checks:
          - {check: freshness, columns: [_ingested_at], within: 2h}
          - {check: unique, columns: [id]}
        """);

    assertThat(exported("models/sources.yml"))
        .startsWith(
            """
            version: 2
            sources:
              - name: silver
                schema: silver
                config:
                  meta:
                    plugin: moulin
                    iceberg_table: "silver.{identifier}"
                tables:
                  - name: orders
                    columns:
                      - name: id
                        description: number of the order
                        data_type: BIGINT
                        data_tests:
                          - unique:
                              name: silver_orders__unique_id
            """)
        .contains(
            """
                    data_tests:
                      - moulin_freshness:
                          name: silver_orders__freshness__ingested_at
                          arguments:
                            columns:
                              - _ingested_at
                            seconds: 7200
            """);
  }

  @Test
  void singleChecksAreTests() throws IOException {
    file(
        "checks/no_debts.sql",
        "/*\nseverity: warn\nwarn-above: 2\n*/\nSELECT * FROM stg_orders WHERE amount < 0");

    assertThat(exported("tests/no_debts.sql"))
        .isEqualTo(
            """
            {{ config(severity='warn', warn_if='>2') }}
            SELECT * FROM {{ ref('stg_orders') }} WHERE amount < 0
            """);
  }

  @Test
  void aSnapshotIsReadAndNotMade() throws IOException {
    file(
        "models/marts/customers.sql",
        "/*\nmaterialise: snapshot\nkey: [customer]\n*/\nSELECT DISTINCT customer FROM stg_orders");
    file("models/marts/now.sql", "SELECT customer FROM customers WHERE is_current");

    Map<String, String> files = exported();

    assertThat(files).doesNotContainKey("models/marts/customers.sql");
    assertThat(files.get("models/marts/now.sql"))
        .contains("FROM {{ source('gold', 'customers') }} WHERE is_current");
    assertThat(files.get("models/sources.yml"))
        .contains("- name: gold\n", "iceberg_table: \"gold.{identifier}\"", "- name: is_current\n");
  }

  @Test
  void aSeedKeepsWhatIsNoValueAndWhatIsText() throws IOException {
    file("seeds/zones.csv", "id,name,rate\n1,\"a, \"\"b\"\"\",1.50\n2,NA,\n3,null,0.10\n");
    file(
        "seeds/zones.yml",
        """
        columns:
          - {name: id, type: int}
          - {name: name, type: string}
          - {name: rate, type: "decimal(4,2)"}
        nulls: ["", NA]
        """);

    Map<String, String> files = exported();

    assertThat(files.get("seeds/zones.csv"))
        .isEqualTo("id,name,rate\n1,\"a, \"\"b\"\"\",1.50\n2,,\n3,null,0.10\n");
    assertThat(files.get("seeds/schema.yml"))
        .contains(
            "column_types:\n        id: INTEGER\n        name: VARCHAR\n        rate: DECIMAL(4,2)");
    assertThat(files.get("dbt_project.yml")).contains("seeds:\n  my_shop:\n    +schema: seeds\n");
  }

  @Test
  void anEmptyTextIsRefusedBecauseDbtHasNone() throws IOException {
    file("seeds/zones.csv", "id,name\n1,\n");
    file(
        "seeds/zones.yml",
        "columns:\n  - {name: id, type: int}\n  - {name: name, type: string}\nnulls: [NA]\n");

    assertThatThrownBy(this::exported)
        .isInstanceOf(MoulinException.class)
        .hasMessageContaining("The seed 'zones' has an empty text in 'name'");
  }
}

package io.moulin.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with models, found before there is any data. */
class ModelCheckTest {
  private ModelBed bed;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    bed = new ModelBed(folder);
    bed.file("models/staging/stg_orders.sql", "SELECT * FROM silver.orders\n");
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  private void finds(String... parts) {
    assertThat(bed.diagnostics()).hasSize(1).first().asString().contains(parts);
  }

  @Test
  void aGoodProjectHasNothingToSay() throws IOException {
    bed.file("models/marts/days.sql", "SELECT day, count(*) AS n FROM stg_orders GROUP BY day\n");

    assertThat(bed.diagnostics()).isEmpty();
    assertThat(bed.blueprint().nodes())
        .extracting(Node::fullName)
        .containsExactly("staging.stg_orders", "gold.days");
  }

  @Test
  void anUnknownReferenceIsAnErrorWithASuggestion() throws IOException {
    bed.file("models/marts/days.sql", "/*\nowner: me\n*/\nSELECT * FROM stg_ordrs\n");

    finds("models/marts/days.sql:4:1: error unknown-reference", "did you mean 'stg_orders'?");
  }

  @Test
  void anUnknownColumnIsNamedWhereItStands() throws IOException {
    bed.file("models/marts/days.sql", "SELECT day,\n  amunt\nFROM stg_orders\n");

    finds("models/marts/days.sql:2:3: error invalid-model", "amunt", "amount");
  }

  @Test
  void aSyntaxErrorIsShownWithItsLine() throws IOException {
    bed.file("models/marts/days.sql", "SELECT day FROM FROM stg_orders\n");

    finds("invalid-sql", "syntax error");
  }

  /** A build would not know that it reads the day, and nobody what else. */
  @Test
  void sqlInTextIsRefused() throws IOException {
    bed.file("models/marts/days.sql", "SELECT day FROM query('FROM stg_orders')\n");
    finds("models/marts/days.sql", "hidden-sql", "query()");

    bed.file("models/marts/days.sql", "SELECT day FROM query_table('stg_orders')\n");
    finds("models/marts/days.sql", "hidden-sql", "query_table()");
  }

  @Test
  void stepsMayNotBeSkipped() throws IOException {
    bed.file("models/marts/days.sql", "SELECT day FROM silver.orders\n");

    finds("step-skipped", "days is in marts and reads silver.orders", "models/staging");
  }

  @Test
  void aStreamIsNotComparedWithWhatIsMadeOfIt() throws IOException {
    bed.file("models/marts/days.sql", "SELECT day FROM stg_orders\n")
        .file(
            "checks/orders.yml",
            "on: silver.orders\nchecks:\n  - {check: relationships, columns: [day], to: days}\n");

    finds(
        "checks/orders.yml:3",
        "check-in-a-circle",
        "gold.days",
        "after what is made of silver.orders");
  }

  @Test
  void twoStreamsCannotBothComeAfterWhatIsMadeOfTheOther() throws IOException {
    bed.file("datasets/returns.yml", ModelBed.DATASET.replace("orders", "returns"))
        .file("models/staging/bought.sql", "SELECT DISTINCT day FROM silver.orders\n")
        .file("models/staging/returned.sql", "SELECT DISTINCT day FROM silver.returns\n")
        .file(
            "checks/orders.yml",
            "on: silver.orders\nchecks:\n  - {check: relationships, columns: [day], to: returned}\n")
        .file(
            "checks/returns.yml",
            "on: silver.returns\nchecks:\n  - {check: relationships, columns: [day], to: bought}\n");

    assertThat(bed.diagnostics())
        .hasSize(2)
        .anyMatch(each -> each.contains("checks/orders.yml:3") && each.contains("staging.returned"))
        .anyMatch(each -> each.contains("checks/returns.yml:3") && each.contains("staging.bought"))
        .allMatch(each -> each.contains("check-in-a-circle"));
  }

  @Test
  void whatAStreamIsComparedWithCannotBeComparedWithWhatIsMadeOfTheStream() throws IOException {
    bed.file(
            "models/staging/known.sql",
            "/*\nchecks:\n  - {check: relationships, columns: [day], to: bought}\n*/\nSELECT DATE '2024-01-01' AS day\n")
        .file("models/staging/bought.sql", "SELECT DISTINCT day FROM silver.orders\n")
        .file(
            "checks/orders.yml",
            "on: silver.orders\nchecks:\n  - {check: relationships, columns: [day], to: known}\n");

    finds("cycle-of-models", "staging.known", "staging.bought", "what a check compares with");
  }

  @Test
  void cyclesAreNamed() throws IOException {
    bed.file("models/marts/a.sql", "SELECT * FROM b\n")
        .file("models/marts/b.sql", "SELECT * FROM a\n");

    assertThat(bed.diagnostics())
        .anyMatch(
            each -> each.contains("cycle-of-models") && each.contains("gold.a, gold.b, gold.a"));
  }

  @Test
  void aContractIsHeldToColumnsAndTypes() throws IOException {
    bed.file(
        "models/marts/days.sql",
        "/*\ncontract: enforced\ncolumns:\n  - {name: day, type: timestamp}\n*/\nSELECT day, id FROM stg_orders\n");

    assertThat(bed.diagnostics())
        .hasSize(2)
        .anyMatch(each -> each.contains("declared as timestamp and is date"))
        .anyMatch(each -> each.contains("contract-broken") && each.contains("'id'"));
  }

  @Test
  void checksSpeakOfColumnsThatExist() throws IOException {
    bed.file(
        "models/marts/days.sql",
        "/*\nkey: [dya]\nchecks:\n  - {check: expression, expect: amont > 0}\n*/\nSELECT day, amount FROM stg_orders\n");

    assertThat(bed.diagnostics())
        .anyMatch(each -> each.contains("'key' names 'dya'"))
        .anyMatch(each -> each.contains("invalid-check") && each.contains("amont"));
  }

  @Test
  void filesAreNotRead() throws IOException {
    bed.file("models/marts/days.sql", "SELECT * FROM read_csv('/etc/passwd')\n");

    finds("invalid-model", "Permission Error");
  }

  @Test
  void aStagingModelIsOneSource() throws IOException {
    bed.file(
        "models/staging/both.sql",
        "SELECT o.id FROM silver.orders o JOIN quarantine.orders q USING (id)\n");

    finds("several-sources");
  }

  @Test
  void whatEachPartitionDependsOnIsSeenInThePlan() throws IOException {
    incremental("plain", "SELECT day, sum(amount) AS s FROM stg_orders GROUP BY day");
    incremental(
        "renamed",
        "SELECT d AS day, n FROM (SELECT day AS d, count(*) AS n FROM stg_orders GROUP BY 1)");
    incremental("moving", "SELECT day, sum(amount) OVER (ORDER BY day) AS s FROM stg_orders");
    incremental(
        "within",
        "SELECT day, row_number() OVER (PARTITION BY day ORDER BY placed_at) AS n FROM stg_orders");
    incremental(
        "twice",
        "SELECT a.day, count(*) AS n FROM stg_orders a JOIN stg_orders b ON a.customer = b.customer GROUP BY 1");
    incremental(
        "joined",
        "SELECT a.day, count(*) AS n FROM stg_orders a LEFT JOIN stg_orders b ON a.day = b.day GROUP BY 1");
    incremental(
        "distinct",
        "SELECT day, count(DISTINCT customer) AS customers, count(*) AS n FROM stg_orders GROUP BY day");
    incremental(
        "own", "SELECT day, amount FROM stg_orders WHERE day = DATE '2007-07-07' OR id = 3");
    incremental("top", "SELECT day, amount FROM stg_orders ORDER BY amount LIMIT 5");
    incremental(
        "outer",
        "SELECT b.day, a.id FROM stg_orders a LEFT JOIN stg_orders b ON a.day = b.day AND a.id = b.id + 1");
    incremental("nowhere", "SELECT day, id FROM stg_orders UNION ALL SELECT NULL, 1");
    incremental(
        "somewhere", "SELECT day, id FROM stg_orders UNION ALL SELECT DATE '1999-12-31', 1");
    incremental("shifted", "SELECT CAST(day + 1 AS DATE) AS day, amount FROM stg_orders");

    assertThat(bed.diagnostics()).isEmpty();
    assertThat(wise("plain")).containsEntry("silver.orders", "day");
    assertThat(wise("renamed")).containsEntry("silver.orders", "day");
    assertThat(wise("within")).containsEntry("silver.orders", "day");
    assertThat(wise("joined")).containsEntry("silver.orders", "day");
    assertThat(wise("distinct"))
        .as("the engine reads it by way of a CTE")
        .containsEntry("silver.orders", "day");
    assertThat(wise("moving")).isEmpty();
    assertThat(wise("twice")).isEmpty();
    assertThat(wise("top")).isEmpty();
    assertThat(wise("shifted")).isEmpty();
    assertThat(wise("outer")).as("rows without a match have no day").isEmpty();
    assertThat(wise("nowhere")).isEmpty();
    assertThat(wise("somewhere")).containsEntry("silver.orders", "day");
  }

  private void incremental(String name, String sql) throws IOException {
    bed.file(
        "models/marts/" + name + ".sql",
        "/*\nmaterialise: incremental\npartition: [day]\n*/\n" + sql + "\n");
  }

  private Map<String, String> wise(String name) {
    return bed.blueprint().node("gold." + name).orElseThrow().partitionWise().inputs();
  }
}

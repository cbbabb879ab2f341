package io.moulin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The example projects as users run them: their cases pass, and every generated row ends where its
 * generator says that it must.
 */
class ExamplesE2eTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String ROWS = "1500";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"taxi", "green", "payments", "events"})
  void theCasesOfAnExamplePass(String example) throws Exception {
    Path junit = folder.resolve("junit.xml");
    Moulin moulin = copyOf(example);

    JsonNode result = moulin.run("test", "--json", "--junit", junit.toString()).ok().json();

    assertThat(result.get("passed").asInt()).isGreaterThan(3);
    assertThat(result.get("failed").asInt()).isZero();
    assertThat(Files.readString(junit))
        .contains("<testsuites name=\"" + example + "\"")
        .contains("failures=\"0\"");
  }

  @Test
  void theSameSeedGivesTheSameBytes() throws Exception {
    Moulin moulin = copyOf("events");
    for (String name : List.of("a", "b")) {
      moulin.run("generate", "--rows", "400", "--to", name + ".jsonl").ok();
    }
    moulin.run("generate", "--rows", "400", "--seed", "2", "--to", "c.jsonl").ok();
    moulin.run("generate", "--rows", "150", "--from", "250", "--to", "d.jsonl").ok();

    List<String> first = Files.readAllLines(project("events").resolve("a.jsonl"));
    assertThat(project("events").resolve("b.jsonl"))
        .hasSameTextualContentAs(project("events").resolve("a.jsonl"));
    assertThat(project("events").resolve("b.planted.jsonl"))
        .hasSameTextualContentAs(project("events").resolve("a.planted.jsonl"));
    assertThat(Files.readAllLines(project("events").resolve("c.jsonl"))).isNotEqualTo(first);
    assertThat(Files.readAllLines(project("events").resolve("d.jsonl")))
        .isEqualTo(first.subList(250, 400));
  }

  @Test
  void everyEventEndsWhereItMust() throws Exception {
    Moulin moulin = copyOf("events");
    moulin.run("apply").ok();
    endsWhereItMust(moulin, "events", Map.of("events.conversions", "conversions"));
    moulin.run("balance", "--deep").ok();
    goldIsBuilt(moulin, "gold.fct_conversions");
    everyConversionHasOneVersionOfItsUser(moulin);
  }

  @Test
  void everyPaymentEndsWhereItMust() throws Exception {
    Moulin moulin = copyOf("payments");
    moulin.run("apply").ok();
    Map<String, String> tables = new TreeMap<>();
    tables.put("payments.charges", "payment_charges");
    tables.put("payments.refunds", "payment_refunds");
    tables.put("payments.disputes", "payment_disputes");
    tables.put("payments.subscriptions", "payment_subscriptions");
    tables.put("payments.customers", "customers");
    endsWhereItMust(moulin, "payments", tables);
    moulin.run("balance", "--deep").ok();
    customersThatNobodyKnows(moulin);
    whatSubscriptionsWere(moulin);
    goldIsBuilt(moulin, "gold.fct_charges");
  }

  private static void goldIsBuilt(Moulin moulin, String fact) throws Exception {
    JsonNode built = moulin.run("build", "--json").ok().json();
    assertThat(built.get("checks_failed").asLong()).isZero();
    assertThat(built.get("models").findValuesAsText("name")).contains(fact);
    JsonNode again = moulin.run("build", "--json").ok().json();
    assertThat(again.get("models").findValuesAsText("outcome")).containsOnly("unchanged");
    moulin.run("check-data").ok();
  }

  /** The join as of an instant neither loses nor doubles a row. */
  private static void everyConversionHasOneVersionOfItsUser(Moulin moulin) throws Exception {
    assertThat(
            csv(
                moulin,
                "SELECT (SELECT count(*) FROM fct_conversions)"
                    + " = (SELECT count(*) FROM stg_conversions WHERE dq_valid AND is_conversion)"))
        .containsExactly("true");
  }

  /** Every good row of a subscription meets the version that held at its time, and only that. */
  private static void whatSubscriptionsWere(Moulin moulin) throws Exception {
    assertThat(
            csv(
                moulin,
                "SELECT count(*) = (SELECT count(*) FROM silver.payment_subscriptions),"
                    + " count_if(h.status IS DISTINCT FROM s.status OR h.plan IS DISTINCT FROM s.plan)"
                    + " FROM silver.payment_subscriptions s JOIN history.payment_subscriptions h ON"
                    + " h.subscription_id = s.subscription_id AND h.effective_start <= s.updated_at"
                    + " AND (h.effective_end IS NULL OR s.updated_at < h.effective_end)"))
        .containsExactly("true,0");
    assertThat(moulin.run("rebuild", "payments.subscriptions", "--history").ok().out())
        .contains("Nothing to do");
  }

  /** The check in batch that the README shows: silver against the dimension of customers. */
  private void customersThatNobodyKnows(Moulin moulin) throws Exception {
    long planted =
        planted("payments").stream()
            .filter(row -> row.path("fault").asText().equals("customer-unknown"))
            .count();
    assertThat(planted).isPositive();
    assertThat(
            csv(
                moulin,
                "SELECT count(*) FROM silver.payment_charges ANTI JOIN silver.customers"
                    + " USING (customer_id)"))
        .containsExactly(Long.toString(planted));
  }

  /**
   * @param tables names of tables by dataset
   */
  private void endsWhereItMust(Moulin moulin, String example, Map<String, String> tables)
      throws Exception {
    moulin.run("generate", "--rows", ROWS, "--planted", "planted.jsonl").ok();
    assertThat(moulin.run("run", "--json").ok().json().get("balanced").asBoolean()).isTrue();
    List<String> queries = new ArrayList<>();
    for (Map.Entry<String, String> table : tables.entrySet()) {
      queries.add(ends(table.getKey(), table.getValue(), example.equals("events")));
    }
    Map<String, String> ended = new HashMap<>();
    for (String line : csv(moulin, String.join(" UNION ALL ", queries))) {
      String[] cells = line.split(",", -1);
      assertThat(ended.put(cells[0], cells[1])).as("a record that ends twice").isNull();
    }
    List<String> wrong = new ArrayList<>();
    for (JsonNode row : planted(example)) {
      String place =
          "%s:%d:%d"
              .formatted(
                  row.get("dataset").asText(),
                  row.get("partition").asInt(),
                  row.get("offset").asLong());
      // What is in bronze and in no other table was seen before; the balance proves that it was.
      String where = ended.getOrDefault(place, "duplicate");
      if (!where.equals(row.get("expect").asText())) {
        wrong.add(where + ": " + row);
      }
    }
    assertThat(wrong).as("rows that end elsewhere").isEmpty();
    assertThat(planted(example)).hasSize(tables.size() * Integer.parseInt(ROWS));
  }

  /** Where the rows of a dataset have ended: its name, partition and offset, and an outcome. */
  private static String ends(String dataset, String table, boolean flagsLate) {
    String at = "SELECT '%s:' || _partition || ':' || _offset AS place, ".formatted(dataset);
    return String.join(
        " UNION ALL ",
        at + "'dead-letter' AS outcome FROM dead_letters." + table,
        at + "_reason FROM quarantine." + table,
        at
            + "CASE "
            + (flagsLate ? "WHEN is_late_arrival THEN 'late' " : "")
            + "WHEN len(dq_flags) > 0 THEN dq_flags[1] ELSE 'silver' END FROM silver."
            + table);
  }

  private static List<String> csv(Moulin moulin, String sql) throws Exception {
    List<String> lines =
        moulin
            .run("query", "--limit", "100000", "--format", "csv", sql)
            .ok()
            .out()
            .lines()
            .toList();
    return lines.subList(1, lines.size());
  }

  private List<JsonNode> planted(String example) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(project(example).resolve("planted.jsonl"))) {
      rows.add(MAPPER.readTree(line));
    }
    return rows;
  }

  private Path project(String example) {
    return folder.resolve(example);
  }

  private Moulin copyOf(String example) throws IOException {
    Path from = Moulin.repository().resolve("examples").resolve(example);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(f -> !f.toString().contains(".moulin")).toList()) {
        Path target = project(example).resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return new Moulin(project(example));
  }
}

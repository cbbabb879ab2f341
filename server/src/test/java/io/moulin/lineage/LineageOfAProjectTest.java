package io.moulin.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.moulin.control.Loading;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.build.BuildSummary;
import io.moulin.control.build.Building;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.openlineage.client.OpenLineage.InputDataset;
import io.openlineage.client.OpenLineage.OutputDataset;
import io.openlineage.client.OpenLineage.RunEvent;
import io.openlineage.client.OpenLineage.RunEvent.EventType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The events of a real load, run, build and check, on the embedded platform. */
class LineageOfAProjectTest extends LineageBed {
  @Test
  void aServerHearsOfLoadRunAndBuild() throws Exception {
    List<RunEvent> events;
    try (EventServer server = EventServer.answering(201)) {
      write(", api-key: '${env:KEY}'", server.url());
      everything(Map.of("KEY", "opensesame"));
      server.bodies().forEach(LineageBed::isWellFormed);
      events = server.events();
      assertThat(server.keys()).containsOnly("Bearer opensesame");
    }
    wellOrdered(events);
    theLoad(events);
    theRun(events);
    theModel(events);
    theChecks(events);
    assertThat(events).allMatch(event -> event.getJob().getNamespace().equals("shop"));
  }

  @Test
  void whatIsUnchangedIsNoNews() throws Exception {
    Path file = folder.resolve("out/lineage.jsonl");
    write("", "");
    Files.writeString(
        folder.resolve("moulin.yml"), "name: shop\nlineage: {file: out/lineage.jsonl}\n");
    everything(Map.of());
    int lines = Files.readAllLines(file).size();
    assertThat(lines).isEqualTo(2 * (1 + 1 + 3 + 3));
    try (Session session = open(Map.of(), Need.CATALOG)) {
      operations(Map.of()).building().build(session, Building.Wanted.ALL, made -> {});
    }
    List<String> all = Files.readAllLines(file);
    all.forEach(LineageBed::isWellFormed);
    assertThat(all).hasSize(lines + 2);
    assertThat(all.get(lines)).contains("\"START\"", "\"name\":\"build\"");
  }

  @Test
  void theVariablesOfOtherProducersWork() throws Exception {
    write("", "");
    Files.writeString(folder.resolve("moulin.yml"), "name: shop\n");
    try (EventServer server = EventServer.answering(201)) {
      Map<String, String> given = new HashMap<>();
      given.put("OPENLINEAGE_URL", server.url());
      given.put("OPENLINEAGE_NAMESPACE", "prod");
      try (Session session = open(given, Need.BROKER, Need.CATALOG)) {
        apply(session, given);
        load(session, given);
      }
      assertThat(server.events()).hasSize(2);
      assertThat(server.events().get(0).getJob().getNamespace()).isEqualTo("prod");
      given.put("OPENLINEAGE_DISABLED", "true");
      try (Session session = open(given, Need.BROKER)) {
        load(session, given);
      }
      assertThat(server.events()).hasSize(2);
    }
  }

  @Test
  void whatFailsIsSaidWithTheReason() throws Exception {
    try (EventServer server = EventServer.answering(201)) {
      write("", server.url());
      Map<String, String> none = Map.of();
      try (Session session = open(none, Need.BROKER, Need.CATALOG, Need.ENGINE)) {
        apply(session, none);
        DatasetSpec orders = session.project().dataset("shop.orders");
        Loading.Request request =
            new Loading.Request(
                orders,
                folder.resolve("nowhere.csv"),
                new Loading.Speed.Burst(),
                0,
                Loading.Repeat.SKIP);
        assertThat(
                catchThrowable(() -> operations(none).loading().load(session, request, new Deaf())))
            .isInstanceOf(MoulinException.class);
        load(session, none);
        run(session, none);
      }
      String model = "models/marts/daily.sql";
      String text = Files.readString(folder.resolve(model));
      Files.writeString(folder.resolve(model), text.replace("revenue > 0", "revenue > 1000000"));
      try (Session session = open(none, Need.CATALOG)) {
        BuildSummary built =
            operations(none).building().build(session, Building.Wanted.ALL, made -> {});
        assertThat(built.good()).isFalse();
      }
      Map<String, String> wrong = new HashMap<>();
      for (RunEvent event : server.events()) {
        if (event.getEventType() == EventType.FAIL) {
          wrong.put(
              event.getJob().getName(), event.getRun().getFacets().getErrorMessage().getMessage());
        }
      }
      assertThat(wrong)
          .containsOnlyKeys("load.shop.orders", "build", "build.gold.daily", "check.gold.daily");
      assertThat(wrong.get("load.shop.orders")).contains("nowhere.csv");
      assertThat(wrong.get("build.gold.daily")).contains("not published", "REVENUE");
    }
  }

  @Test
  void aServerThatHangsDoesNotChangeWhatIsDone() throws Exception {
    try (EventServer server = EventServer.silent()) {
      write("", server.url());
      try (Session session = open(Map.of(), Need.BROKER, Need.CATALOG)) {
        apply(session, Map.of());
        assertThat(load(session, Map.of()).loaded()).isEqualTo(3);
      }
    }
  }

  private void theLoad(List<RunEvent> events) {
    RunEvent done = the(events, "load.shop.orders", EventType.COMPLETE);
    InputDataset file = done.getInputs().get(0);
    assertThat(file.getNamespace()).isEqualTo("file");
    assertThat(file.getName()).isEqualTo(folder.resolve("orders.csv").toString());
    OutputDataset topic = done.getOutputs().get(0);
    assertThat(topic.getNamespace()).isEqualTo("kafka://shop.embedded");
    assertThat(topic.getName()).isEqualTo("shop.orders");
    assertThat(topic.getOutputFacets().getOutputStatistics().getRowCount()).isEqualTo(3);
  }

  private void theRun(List<RunEvent> events) {
    RunEvent done = the(events, "run.shop.orders", EventType.COMPLETE);
    assertThat(done.getJob().getFacets().getJobType().getProcessingType()).isEqualTo("BATCH");
    assertThat(done.getInputs().get(0).getName()).isEqualTo("shop.orders");
    OutputDataset silver = output(done, "silver.orders");
    assertThat(silver.getNamespace()).isEqualTo("file://" + folder.resolve(".moulin/warehouse"));
    assertThat(silver.getOutputFacets().getOutputStatistics().getRowCount()).isEqualTo(2);
    assertThat(
            output(done, "quarantine.orders").getOutputFacets().getOutputStatistics().getRowCount())
        .isEqualTo(1);
    assertThat(silver.getFacets().getSchema().getFields())
        .extracting(field -> field.getName() + " " + field.getType())
        .contains("order_id long", "amount decimal(10,2)");
    assertThat(from(silver, "order_id")).containsExactly("shop.orders.id");
  }

  private void theModel(List<RunEvent> events) {
    RunEvent done = the(events, "build.gold.daily", EventType.COMPLETE);
    RunEvent build = the(events, "build", EventType.COMPLETE);
    assertThat(done.getRun().getFacets().getParent().getRun().getRunId())
        .isEqualTo(build.getRun().getRunId());
    assertThat(done.getRun().getFacets().getParent().getJob().getName()).isEqualTo("build");
    assertThat(done.getJob().getFacets().getSql().getQuery()).contains("sum(amount)");
    assertThat(done.getInputs())
        .extracting(InputDataset::getName)
        .containsExactlyInAnyOrder("silver.orders", "seeds.rates");
    OutputDataset gold = output(done, "gold.daily");
    assertThat(gold.getOutputFacets().getOutputStatistics().getRowCount()).isEqualTo(2);
    assertThat(gold.getOutputFacets().getOutputStatistics().getSize()).isPositive();
    assertThat(from(gold, "revenue")).contains("silver.orders.amount", "seeds.rates.rate");
    RunEvent seed = the(events, "build.seeds.rates", EventType.COMPLETE);
    assertThat(seed.getInputs().get(0).getName()).endsWith("seeds/rates.csv");
  }

  private static void theChecks(List<RunEvent> events) {
    RunEvent done = the(events, "check.gold.daily", EventType.COMPLETE);
    assertThat(done.getInputs().get(0).getInputFacets().getDataQualityAssertions().getAssertions())
        .anySatisfy(
            assertion -> {
              assertThat(assertion.getAssertion()).isEqualTo("not_null");
              assertThat(assertion.getColumn()).isEqualTo("day");
              assertThat(assertion.getSuccess()).isTrue();
            });
  }

  private static List<String> from(OutputDataset output, String column) {
    return Objects.requireNonNull(
            output.getFacets().getColumnLineage().getFields().getAdditionalProperties().get(column))
        .getInputFields()
        .stream()
        .map(field -> field.getName() + "." + field.getField())
        .toList();
  }

  private void everything(Map<String, String> environment) {
    try (Session session = open(environment, Need.BROKER, Need.CATALOG, Need.ENGINE)) {
      apply(session, environment);
      load(session, environment);
      run(session, environment);
      BuildSummary built =
          operations(environment).building().build(session, Building.Wanted.ALL, made -> {});
      assertThat(built.good()).as(built.toString()).isTrue();
    }
  }
}

package io.moulin.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.control.Loading;
import io.moulin.control.Operations;
import io.moulin.control.Planning;
import io.moulin.control.Project;
import io.moulin.control.Running;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.build.BuildSummary;
import io.moulin.control.build.Building;
import io.moulin.server.Main;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.openlineage.client.OpenLineage.InputDataset;
import io.openlineage.client.OpenLineage.OutputDataset;
import io.openlineage.client.OpenLineage.RunEvent;
import io.openlineage.client.OpenLineage.RunEvent.EventType;
import io.openlineage.client.OpenLineageClientUtils;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The events of a real load, run, build and check, on the embedded platform. */
class LineageOfAProjectTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void aServerHearsOfLoadRunAndBuild() throws Exception {
    List<RunEvent> events;
    try (EventServer server = EventServer.answering(201)) {
      write(", api-key: '${env:KEY}'", server.url());
      everything(Map.of("KEY", "opensesame"));
      server.bodies().forEach(LineageOfAProjectTest::isWellFormed);
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
    all.forEach(LineageOfAProjectTest::isWellFormed);
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

  /** Each run begins before it ends, and ends once. */
  private static void wellOrdered(List<RunEvent> events) {
    Map<UUID, EventType> last = new HashMap<>();
    for (RunEvent event : events) {
      EventType before = last.put(event.getRun().getRunId(), event.getEventType());
      assertThat(before)
          .as("%s of %s", event.getEventType(), event.getJob().getName())
          .isEqualTo(event.getEventType() == EventType.START ? null : EventType.START);
    }
    assertThat(last.values()).containsOnly(EventType.COMPLETE);
  }

  /** What the standard requires of every event and every facet, and what the library reads. */
  private static void isWellFormed(String line) {
    try {
      JsonNode event = JSON.readTree(line);
      assertThat(event.path("schemaURL").asText())
          .matches("https://openlineage.io/spec/.*RunEvent");
      assertThat(event.path("producer").asText()).startsWith("urn:moulin:");
      assertThat(event.path("eventTime").asText()).endsWith("Z");
      UUID.fromString(event.path("run").path("runId").asText());
      assertThat(event.path("job").path("namespace").asText()).isNotEmpty();
      facets(event);
      assertThat(
              OpenLineageClientUtils.newObjectMapper()
                  .readValue(line, io.openlineage.server.OpenLineage.RunEvent.class)
                  .getEventType())
          .isNotNull();
    } catch (IOException e) {
      throw new IllegalStateException("Cannot read " + line, e);
    }
  }

  private static void facets(JsonNode node) {
    node.properties()
        .forEach(
            field -> {
              if (field.getKey().endsWith("acets")) {
                field
                    .getValue()
                    .forEach(
                        facet -> {
                          URI.create(facet.path("_producer").asText());
                          assertThat(facet.path("_schemaURL").asText())
                              .startsWith("https://openlineage.io/spec/facets/");
                        });
              }
            });
    node.forEach(LineageOfAProjectTest::facets);
  }

  private static RunEvent the(List<RunEvent> events, String job, EventType type) {
    return events.stream()
        .filter(event -> event.getJob().getName().equals(job) && event.getEventType() == type)
        .reduce(
            (a, b) -> {
              throw new AssertionError("Two events " + type + " of " + job);
            })
        .orElseThrow(() -> new AssertionError("No event " + type + " of " + job));
  }

  private static OutputDataset output(RunEvent event, String name) {
    return event.getOutputs().stream()
        .filter(output -> output.getName().equals(name))
        .findFirst()
        .orElseThrow();
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

  private static void apply(Session session, Map<String, String> environment) {
    Planning planning = operations(environment).planning();
    planning.apply(session, planning.plan(session), change -> {});
  }

  private Loading.Loaded load(Session session, Map<String, String> environment) {
    Loading.Request request =
        new Loading.Request(
            session.project().dataset("shop.orders"),
            folder.resolve("orders.csv"),
            new Loading.Speed.Burst(),
            0,
            Loading.Repeat.AGAIN);
    return operations(environment).loading().load(session, request, new Deaf());
  }

  private static void run(Session session, Map<String, String> environment) {
    operations(environment)
        .running()
        .run(
            session,
            session.project().dataset("shop.orders"),
            Running.End.CAUGHT_UP,
            (consumed, total) -> {});
  }

  private static Operations operations(Map<String, String> environment) {
    return Main.operations(environment, Clock.systemUTC());
  }

  private Session open(Map<String, String> environment, Need... needs) {
    Operations operations = operations(environment);
    Project project = operations.checking().check(folder, Optional.empty()).project().orElseThrow();
    return operations.sessions().open(project, Set.of(needs));
  }

  private record Deaf() implements Loading.Listener {
    @Override
    public void progress(long rows, long total) {}

    @Override
    public void finished(Loading.Loaded loaded) {}
  }

  private void write(String more, String url) throws IOException {
    file("moulin.yml", "name: shop\nlineage: {url: '%s'%s}\n".formatted(url, more));
    file(
        "datasets/orders.yml",
        """
        dataset: shop.orders
        source: {topic: shop.orders, partitions: 1}
        columns:
          - {name: id, type: long, as: order_id, doc: which order}
          - {name: day, type: date, required: true}
          - {name: amount, type: double, silver: "decimal(10,2)"}
        rules:
          - {name: AMOUNT_POSITIVE, expect: "amount > 0"}
        partition: [day]
        """);
    file(
        "models/marts/daily.sql",
        """
        /*
        description: What came in on each day.
        owner: finance
        checks:
          - {check: not-null, columns: [day]}
          - {check: expression, name: REVENUE, expect: "revenue > 0"}
        */
        SELECT day, sum(amount) * max(rate) AS revenue
        FROM stg_orders CROSS JOIN rates
        GROUP BY day
        """);
    file(
        "models/staging/stg_orders.sql",
        "/*\nchecks:\n  - {check: not-null, columns: [day]}\n*/\nSELECT order_id, day, amount FROM silver.orders\n");
    file("seeds/rates.csv", "rate\n2.5\n");
    file("seeds/rates.yml", "columns:\n  - {name: rate, type: \"decimal(4,2)\"}\n");
    file("orders.csv", "id,day,amount\n1,2024-01-01,10.5\n2,2024-01-02,3.25\n3,2024-01-02,-1\n");
  }

  private void file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}

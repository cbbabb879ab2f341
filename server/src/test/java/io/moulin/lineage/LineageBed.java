package io.moulin.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.control.Loading;
import io.moulin.control.Operations;
import io.moulin.control.Planning;
import io.moulin.control.Project;
import io.moulin.control.Running;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.server.Main;
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
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.io.TempDir;

/** A small project on the embedded platform, and what must hold of all events of it. */
abstract class LineageBed {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /** Each run begins before it ends, and ends once. */
  static void wellOrdered(List<RunEvent> events) {
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
  static void isWellFormed(String line) {
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

  static void facets(JsonNode node) {
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
    node.forEach(LineageBed::facets);
  }

  static RunEvent the(List<RunEvent> events, String job, EventType type) {
    return events.stream()
        .filter(event -> event.getJob().getName().equals(job) && event.getEventType() == type)
        .reduce(
            (a, b) -> {
              throw new AssertionError("Two events " + type + " of " + job);
            })
        .orElseThrow(() -> new AssertionError("No event " + type + " of " + job));
  }

  static OutputDataset output(RunEvent event, String name) {
    return event.getOutputs().stream()
        .filter(output -> output.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  static void apply(Session session, Map<String, String> environment) {
    Planning planning = operations(environment).planning();
    planning.apply(session, planning.plan(session), change -> {});
  }

  Loading.Loaded load(Session session, Map<String, String> environment) {
    Loading.Request request =
        new Loading.Request(
            session.project().dataset("shop.orders"),
            folder.resolve("orders.csv"),
            new Loading.Speed.Burst(),
            0,
            Loading.Repeat.AGAIN);
    return operations(environment).loading().load(session, request, new Deaf());
  }

  static void run(Session session, Map<String, String> environment) {
    operations(environment)
        .running()
        .run(
            session,
            session.project().dataset("shop.orders"),
            Running.End.CAUGHT_UP,
            (consumed, total) -> {});
  }

  static Operations operations(Map<String, String> environment) {
    return Main.operations(environment, Clock.systemUTC());
  }

  Session open(Map<String, String> environment, Need... needs) {
    Operations operations = operations(environment);
    Project project = operations.checking().check(folder, Optional.empty()).project().orElseThrow();
    return operations.sessions().open(project, Set.of(needs));
  }

  record Deaf() implements Loading.Listener {
    @Override
    public void progress(long rows, long total) {}

    @Override
    public void finished(Loading.Loaded loaded) {}
  }

  void write(String more, String url) throws IOException {
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

  void file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}

package io.moulin.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.mend.Mending;
import io.moulin.control.mend.Mending.Choice;
import io.moulin.control.mend.Mending.From;
import io.moulin.control.mend.Mending.History;
import io.moulin.control.mend.Mending.Queue;
import io.moulin.control.mend.Mending.Rehearsal;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.openlineage.client.OpenLineage.InputDataset;
import io.openlineage.client.OpenLineage.OutputDataset;
import io.openlineage.client.OpenLineage.RunEvent;
import io.openlineage.client.OpenLineage.RunEvent.EventType;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The events of corrections, on the embedded platform. */
class LineageOfCorrectionsTest extends LineageBed {
  @Test
  void correctionsAreSaidWithTheirRows() throws Exception {
    try (EventServer server = EventServer.answering(201)) {
      write("", server.url());
      keepsDays();
      Map<String, String> none = Map.of();
      try (Session session = open(none, Need.BROKER, Need.CATALOG, Need.ENGINE)) {
        apply(session, none);
        load(session, none);
        run(session, none);
      }
      int before = server.events().size();
      file("datasets/orders.yml", text("datasets/orders.yml").replace("amount > 0", "amount < 0"));
      try (Session session = open(none, Need.BROKER, Need.CATALOG)) {
        correct(session, operations(none).mending());
      }
      server.bodies().forEach(LineageBed::isWellFormed);
      List<RunEvent> events = server.events();
      wellOrdered(events);
      assertThat(events.subList(before, events.size()))
          .filteredOn(event -> event.getEventType() == EventType.COMPLETE)
          .extracting(LineageOfCorrectionsTest::said)
          .containsExactly(
              "quarantine-replay.shop.orders: quarantine.orders ->"
                  + " quarantine.orders 0, silver.orders 1, live.days null",
              "rebuild.shop.orders: bronze.orders ->"
                  + " quarantine.orders 2, silver.orders 1, live.days null",
              "rebuild-live.shop.orders: silver.orders -> live.days 0",
              "quarantine-discard.shop.orders: quarantine.orders -> quarantine.orders 2",
              "replay.shop.orders: shop.orders -> dead_letters.orders 0, bronze.orders 0,"
                  + " quarantine.orders 0, silver.orders 0, live.days null",
              "rewind.shop.orders:  -> dead_letters.orders null, bronze.orders null,"
                  + " quarantine.orders null, silver.orders null, live.days null");
      RunEvent rebuilt = the(events, "rebuild.shop.orders", EventType.COMPLETE);
      assertThat(rebuilt.getJob().getFacets().getJobType().getJobType()).isEqualTo("CORRECTION");
      assertThat(output(rebuilt, "silver.orders").getFacets().getSchema().getFields()).isNotEmpty();
    }
  }

  @Test
  void aCorrectionThatFailsIsSaidAndARehearsalIsNot() throws Exception {
    try (EventServer server = EventServer.answering(201)) {
      write("", server.url());
      Map<String, String> none = Map.of();
      try (Session session = open(none, Need.BROKER, Need.CATALOG, Need.ENGINE)) {
        apply(session, none);
        load(session, none);
        run(session, none);
        Mending mending = operations(none).mending();
        DatasetSpec orders = session.project().dataset("shop.orders");
        mending.rebuild(session, orders, Optional.empty(), Optional.empty(), Rehearsal.YES);
        Choice wrong =
            new Choice(Queue.QUARANTINE, Optional.empty(), Optional.of("no_such_column = 1"));
        assertThat(catchThrowable(() -> mending.replay(session, orders, wrong, Optional.empty())))
            .isInstanceOf(MoulinException.class);
        session.witness().close();
        assertThat(server.events())
            .extracting(event -> event.getJob().getName() + " " + event.getEventType())
            .containsExactly(
                "load.shop.orders START",
                "load.shop.orders COMPLETE",
                "run.shop.orders START",
                "run.shop.orders COMPLETE",
                "quarantine-replay.shop.orders START",
                "quarantine-replay.shop.orders FAIL");
      }
    }
  }

  private static void correct(Session session, Mending mending) {
    DatasetSpec orders = session.project().dataset("shop.orders");
    Optional<String> none = Optional.empty();
    Choice all = new Choice(Queue.QUARANTINE, none, none);
    mending.replay(session, orders, all, Optional.empty());
    mending.rebuild(session, orders, Optional.empty(), Optional.empty(), Rehearsal.NO);
    mending.rebuild(session, orders, Layer.LIVE, Rehearsal.NO);
    mending.discard(session, orders, all, "test rides");
    From start = new From(none, Optional.of(Instant.EPOCH));
    mending.replay(session, orders, start, History.KEEP);
    mending.replay(session, orders, start, History.REWIND);
  }

  private static String said(RunEvent event) {
    return "%s: %s -> %s"
        .formatted(
            event.getJob().getName(),
            event.getInputs().stream().map(InputDataset::getName).collect(Collectors.joining(", ")),
            event.getOutputs().stream()
                .map(output -> output.getName() + " " + rows(output))
                .collect(Collectors.joining(", ")));
  }

  private static @Nullable Long rows(OutputDataset output) {
    return output.getOutputFacets() == null
        ? null
        : output.getOutputFacets().getOutputStatistics().getRowCount();
  }

  /** A live aggregate beside the orders. */
  private void keepsDays() throws IOException {
    file(
        "datasets/orders.yml",
        text("datasets/orders.yml")
                .replace("required: true}", "required: true}\n  - {name: at, type: timestamp}")
            + """
            time: {column: at}
            live:
              - name: days
                window: 1d
                values: [{name: orders, type: long, sql: count(*)}]
            """);
    file(
        "orders.csv",
        """
        id,day,at,amount
        1,2024-01-01,2024-01-01T10:00:00,10.5
        2,2024-01-02,2024-01-02T10:00:00,3.25
        3,2024-01-02,2024-01-02T11:00:00,-1
        """);
  }

  private String text(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }
}

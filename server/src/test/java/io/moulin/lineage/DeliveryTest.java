package io.moulin.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineage.RunEvent;
import io.openlineage.client.OpenLineage.RunEvent.EventType;
import io.openlineage.client.transports.HttpConfig;
import io.openlineage.client.transports.HttpTransport;
import io.openlineage.client.transports.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events that arrive, and what becomes of the work when they cannot. */
class DeliveryTest {
  private static final OpenLineage EVENTS = new OpenLineage(URI.create("urn:moulin:test"));
  private static final Delivery.Limits SHORT =
      new Delivery.Limits(Duration.ofMinutes(5), Duration.ofSeconds(1));

  private final List<String> notices = new CopyOnWriteArrayList<>();
  @TempDir private Path folder;

  @Test
  void aServerGetsTheEventsInTheirOrder() throws Exception {
    try (EventServer server = EventServer.answering(201)) {
      Delivery.Limits patient = new Delivery.Limits(Duration.ZERO, Duration.ofMinutes(1));
      Transport transport = http(server.url());
      try (Delivery delivery = new Delivery(() -> transport, patient, server.url(), notices::add)) {
        for (int i = 0; i < 50; i++) {
          RunEvent event = event("job" + i);
          delivery.send(() -> event);
        }
      }
      assertThat(server.events())
          .extracting(event -> event.getJob().getName())
          .hasSize(50)
          .startsWith("job0", "job1")
          .endsWith("job49");
    }
    assertThat(notices).isEmpty();
  }

  @Test
  void nobodyThereIsSaidOnceWithTheCount() throws Exception {
    String url = "http://127.0.0.1:" + closedPort();
    try (Delivery delivery = over(http(url))) {
      for (int i = 0; i < 20; i++) {
        delivery.send(() -> event("job"));
      }
    }
    assertThat(notices).singleElement().asString().contains("20 of 20", url, "why: ", "fix: ");
  }

  @Test
  void aServerThatRefusesIsNotAskedForEachEvent() throws Exception {
    try (EventServer server = EventServer.answering(500)) {
      try (Delivery delivery = over(http(server.url()))) {
        for (int i = 0; i < 20; i++) {
          delivery.send(() -> event("job"));
        }
      }
      assertThat(server.bodies()).hasSize(1);
    }
    assertThat(notices).singleElement().asString().contains("20 of 20", "500");
  }

  @Test
  void aServerThatHangsHoldsNobodyUp() throws Exception {
    try (EventServer server = EventServer.silent()) {
      long began;
      try (Delivery delivery = over(http(server.url()))) {
        began = System.nanoTime();
        for (int i = 0; i < 5_000; i++) {
          delivery.send(() -> event("job"));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
      }
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
    }
    assertThat(notices).singleElement().asString().contains("5000 of 5000", "in time");
  }

  @Test
  void anEventThatCannotBeMadeIsLostAlone() throws Exception {
    Path file = folder.resolve("events.jsonl");
    Delivery.Limits noRest = new Delivery.Limits(Duration.ZERO, Duration.ofSeconds(10));
    try (Delivery delivery = new Delivery(() -> new LineFile(file), noRest, "file", notices::add)) {
      delivery.send(() -> event("before"));
      delivery.send(
          () -> {
            throw new IllegalStateException("Cannot plan the columns");
          });
      delivery.send(() -> event("behind"));
    }
    assertThat(Files.readAllLines(file)).hasSize(2);
    assertThat(notices).singleElement().asString().contains("1 of 3", "Cannot plan the columns");
  }

  @Test
  void aFileThatCannotBeWrittenIsSaid() throws Exception {
    Path file = Files.createFile(folder.resolve("a")).resolve("events.jsonl");
    try (Delivery delivery = over(new LineFile(file))) {
      delivery.send(() -> event("job"));
    }
    assertThat(notices).singleElement().asString().contains("1 of 1", "lineage-not-delivered");
  }

  @Test
  void noThreadAndNoTransportWithoutAnEvent() {
    CountDownLatch opened = new CountDownLatch(1);
    Delivery delivery =
        new Delivery(
            () -> {
              opened.countDown();
              return new LineFile(folder.resolve("never"));
            },
            SHORT,
            "nowhere",
            notices::add);
    delivery.close();
    assertThat(opened.getCount()).isEqualTo(1);
    assertThat(notices).isEmpty();
  }

  private Delivery over(Transport transport) {
    return new Delivery(() -> transport, SHORT, transport.toString(), notices::add);
  }

  private static Transport http(String url) {
    HttpConfig config = new HttpConfig();
    config.setUrl(URI.create(url));
    config.setTimeoutInMillis(2_000);
    return new HttpTransport(config);
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static RunEvent event(String job) {
    return EVENTS
        .newRunEventBuilder()
        .eventType(EventType.START)
        .eventTime(Instant.EPOCH.atZone(ZoneOffset.UTC))
        .run(EVENTS.newRun(new UUID(0, 1), EVENTS.newRunFacetsBuilder().build()))
        .job(EVENTS.newJob("test", job, EVENTS.newJobFacetsBuilder().build()))
        .inputs(List.of())
        .outputs(List.of())
        .build();
  }
}

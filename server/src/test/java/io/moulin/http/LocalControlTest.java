package io.moulin.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.control.live.Announcer.Announced;
import io.moulin.control.live.ApplyReport;
import io.moulin.control.live.ApplyReport.Item;
import io.moulin.control.live.ApplyReport.Outcome;
import io.moulin.control.live.ControlPoint;
import io.moulin.control.live.LiveStatus;
import io.moulin.control.live.Owner;
import io.moulin.control.live.StopPatience;
import io.moulin.spec.MoulinException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the processes that work on one project find and ask each other. */
class LocalControlTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir private Path kept;

  private final LocalControl control = new LocalControl();
  private final List<Duration> stops = new ArrayList<>();

  private final ControlPoint point =
      new ControlPoint() {
        @Override
        public LiveStatus status() {
          return new LiveStatus("shop", self(), "up", NOW, NOW, "b:1", "http://c", 7, List.of());
        }

        @Override
        public ApplyReport apply() {
          if (stops.isEmpty()) {
            return new ApplyReport(List.of(new Item("a.b", Outcome.ROLLED_BACK, "because")));
          }
          throw MoulinException.user("too-late", "it stops", "start it again");
        }

        @Override
        public LiveStatus stop(Duration patience) {
          stops.add(patience);
          return status();
        }
      };

  private static long self() {
    return ProcessHandle.current().pid();
  }

  private static Owner.Card card(long pid) {
    return new Owner.Card(pid, "up", NOW, "b:1", "http://c", List.of("a.b"));
  }

  @Test
  void anOwnerIsFoundAndAnswersUntilItsAnnouncementEnds() {
    try (Announced announced = control.announce(kept, card(self()), point)) {
      Owner owner = control.owner(kept).orElseThrow();
      assertThat(owner.card()).isEqualTo(card(self()));
      assertThat(owner.status()).isEqualTo(point.status());
      assertThat(owner.apply().items())
          .containsExactly(new Item("a.b", Outcome.ROLLED_BACK, "because"));
      assertThat(owner.stop(Duration.ofSeconds(42))).isEqualTo(point.status());
      assertThat(stops).containsExactly(Duration.ofSeconds(42));
      assertThatThrownBy(owner::apply)
          .isInstanceOfSatisfying(
              MoulinException.class,
              e -> {
                assertThat(e.code()).isEqualTo("too-late");
                assertThat(e.fix()).isEqualTo("start it again");
              });
    }
    assertThat(control.owner(kept)).isEmpty();
    assertThat(kept.resolve("running.json")).doesNotExist();
  }

  @Test
  void onlyItsUserMayAskIt() throws Exception {
    try (Announced announced = control.announce(kept, card(self()), point)) {
      Path file = kept.resolve("running.json");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      RunningFile running = RunningFile.read(kept).orElseThrow();
      for (String token : List.of("", "Bearer ", "Bearer wrong", running.token())) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create("http://" + running.control() + "/v1/status"))
                .header("Authorization", token)
                .build();
        assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode())
            .as(token)
            .isEqualTo(401);
      }
    }
  }

  @Test
  void whoeverAsksForAStopWithoutATimeGetsThatOfTheLastCommits() throws Exception {
    try (Announced announced = control.announce(kept, card(self()), point)) {
      RunningFile running = RunningFile.read(kept).orElseThrow();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + running.control() + "/v1/stop"))
              .header("Authorization", "Bearer " + running.token())
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();
      assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).statusCode())
          .isEqualTo(200);
      assertThat(stops).containsExactly(StopPatience.LAST_COMMITS);
      assertThat(StopPatience.WHOLE).isGreaterThan(StopPatience.LAST_COMMITS);
    }
  }

  @Test
  void whatAKilledOwnerLeftIsNoOwner() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    new RunningFile(card(gone.pid()), "127.0.0.1:1", "token").write(kept);
    assertThat(control.owner(kept)).isEmpty();
    // The number of its process may be another one's now, which does not answer.
    new RunningFile(card(self()), "127.0.0.1:1", "token").write(kept);
    assertThat(control.owner(kept)).isEmpty();
    Files.writeString(kept.resolve("running.json"), "{torn");
    assertThat(control.owner(kept)).isEmpty();
  }
}

package io.moulin.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.TopicSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a load waits between its rows; nobody really waits. */
class PacingTest {
  private final TestBroker broker = TestBroker.shared();
  private final String name = "p" + UUID.randomUUID().toString().substring(0, 8);
  private final Path project;

  PacingTest(@TempDir Path project) {
    this.project = project;
    broker.create(new TopicSpec(name + ".raw", 1, Duration.ofDays(1)));
    broker.create(new TopicSpec(name + ".dlq", 1, Duration.ofDays(1)));
  }

  /** Time passes when somebody sleeps, and a little whenever somebody looks. */
  private static final class FakeTimer implements Loader.Timer {
    private final long nanosForARow;
    private final List<Duration> sleeps = new ArrayList<>();
    private long now = -5_000_000_000L;

    FakeTimer(Duration forARow) {
      this.nanosForARow = forARow.toNanos();
    }

    @Override
    public long nanos() {
      return now += nanosForARow;
    }

    @Override
    public void sleep(Duration time) {
      sleeps.add(time);
      now += time.toNanos();
    }
  }

  private DatasetSpec dataset() {
    return Datasets.named(name).column("at", "timestamp").time("at", "iso").spec();
  }

  private FakeTimer load(Pace pace, Duration forARow, String... times) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String time : times) {
      lines.add("{\"at\":%s}".formatted(time.equals("null") ? time : '"' + time + '"'));
    }
    Path file = Files.write(project.resolve("a.jsonl"), lines);
    FakeTimer timer = new FakeTimer(forARow);
    LoadRequest request = new LoadRequest(dataset(), file, pace, 0, LoadRequest.Repeat.AGAIN);
    LoadSummary summary =
        new Loader(project, broker, Clock.systemUTC(), timer).load(request, LoadListener.NONE);
    assertThat(summary.produced()).isEqualTo(times.length);
    return timer;
  }

  private static Pace realtime(double speed) {
    return new Pace.Realtime(speed, Duration.ofMinutes(10));
  }

  private static List<Duration> millis(long... millis) {
    return Arrays.stream(millis).mapToObj(Duration::ofMillis).toList();
  }

  @Test
  void betweenRowsLiesTheTimeBetweenTheirEvents() throws IOException {
    String[] times = {
      "2024-01-01T00:00:00", "2024-01-01T00:00:01.5", "2024-01-01T00:00:01.5", "2024-01-01T00:01:00"
    };
    assertThat(load(realtime(1), Duration.ZERO, times).sleeps).isEqualTo(millis(1500, 58_500));
    assertThat(load(realtime(60), Duration.ZERO, times).sleeps).isEqualTo(millis(25, 975));
    assertThat(load(realtime(0.5), Duration.ZERO, times).sleeps).isEqualTo(millis(3000, 117_000));
  }

  @Test
  void timeThatTheLoadTakesIsNoDelay() throws IOException {
    String[] times =
        IntStream.range(0, 60).mapToObj("2024-01-01T00:00:%02d"::formatted).toArray(String[]::new);
    FakeTimer timer = load(realtime(1), Duration.ofMillis(300), times);
    assertThat(timer.sleeps).hasSize(59).containsOnly(Duration.ofMillis(700));
    FakeTimer slow = load(realtime(1), Duration.ofMillis(1100), times);
    assertThat(slow.sleeps).isEmpty();
  }

  @Test
  void waitsTooShortForASleepAddUp() throws IOException {
    String[] times =
        IntStream.range(0, 60).mapToObj("2024-01-01T00:00:%02d"::formatted).toArray(String[]::new);
    FakeTimer timer = load(realtime(10_000), Duration.ZERO, times);
    assertThat(timer.sleeps).hasSize(5).containsOnly(Duration.ofMillis(1));
  }

  @Test
  void olderRowsAndRowsWithoutTimeFollowAtOnce() throws IOException {
    String[] times = {
      "2024-01-01T00:10:00",
      "2024-01-01T00:02:00",
      "null",
      "yesterday",
      "2024-01-01T00:09:59",
      "2024-01-01T00:10:02"
    };
    assertThat(load(realtime(1), Duration.ZERO, times).sleeps).isEqualTo(millis(2000));
  }

  @Test
  void aTimeThatIsYearsWrongCostsOneLongestPause() throws IOException {
    Pace pace = new Pace.Realtime(1, Duration.ofSeconds(7));
    String[] future = {
      "2024-01-01T00:00:00", "2090-01-01T00:00:00", "2024-01-01T00:00:01", "2024-01-01T00:00:03"
    };
    assertThat(load(pace, Duration.ZERO, future).sleeps).isEqualTo(millis(7000, 2000));
    String[] past = {
      "2024-01-01T00:00:00", "2002-01-01T00:00:00", "2024-01-01T00:00:01", "2024-01-01T00:00:03"
    };
    assertThat(load(pace, Duration.ZERO, past).sleeps).isEqualTo(millis(7000, 2000));
  }

  @Test
  void batchesHaveAPauseBetweenThem() throws IOException {
    String[] times = new String[7];
    Arrays.fill(times, "2024-01-01T00:00:00");
    Pace pace = new Pace.Batch(3, Duration.ofSeconds(2));
    assertThat(load(pace, Duration.ofMillis(300), times).sleeps).isEqualTo(millis(2000, 2000));
    Pace exact = new Pace.Batch(7, Duration.ofSeconds(2));
    assertThat(load(exact, Duration.ZERO, times).sleeps).isEmpty();
    assertThat(load(Pace.burst(), Duration.ZERO, times).sleeps).isEmpty();
  }
}

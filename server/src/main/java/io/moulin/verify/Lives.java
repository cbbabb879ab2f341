package io.moulin.verify;

import io.moulin.spec.MoulinException;
import io.moulin.verify.Child.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lives of the run: starts a process, lets rows come, hurts it as the schedule says, and starts
 * it again; measures how long it takes until it commits again.
 */
final class Lives implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lives.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration UNHURT = Duration.ofSeconds(20);

  /** After its last commit a run still clears the intent. */
  private static final Duration SETTLED = Duration.ofSeconds(1);

  /** What a process says that SIGTERM has ended in order. */
  private static final int TERMINATED = 143;

  private static final Duration TICK = Duration.ofMillis(100);
  private static final int TICKS_PER_CHUNK = 20;
  private static final double FIRST_GUESS_SECONDS = 4;
  private static final double LONGEST_MOMENT_SECONDS = 1.5;

  private final Function<String, Child> starter;
  private final Feed feed;
  private final long chunk;
  private final List<Double> recoveries = new ArrayList<>();
  private final Map<Hurt, Integer> counts = new EnumMap<>(Hurt.class);
  private final Set<String> runs = new HashSet<>();
  private @Nullable Child child;
  private long since;
  private boolean recovered;
  private long recoveredAt;
  private int seen;
  private int started;
  private int ended;
  private final Map<String, Long> consumed = new HashMap<>();

  /**
   * @param starter starts a process, the name of its files given
   * @param chunk rows that each life may read, about
   */
  Lives(Function<String, Child> starter, Feed feed, long chunk) {
    this.starter = starter;
    this.feed = feed;
    this.chunk = Math.max(TICKS_PER_CHUNK, chunk);
  }

  private Child living() {
    Child now = child;
    if (now == null || !now.alive()) {
      if (now != null) {
        listen(now);
      }
      now = starter.apply("life-" + started++);
      child = now;
      seen = 0;
      since = now.started();
      recovered = false;
      feed.allow(chunk / 2);
    }
    return now;
  }

  /** Hurts the run in one way; a run that is not there is started before. */
  void hurt(Hurt hurt, Schedule schedule) throws InterruptedException {
    Hurt happened =
        switch (hurt) {
          case KILLED_AT_START -> {
            endAnEarlierLife();
            kill(schedule.moment(usual()));
            yield hurt;
          }
          case KILLED -> {
            awaitCommit(living());
            kill(schedule.moment(LONGEST_MOMENT_SECONDS));
            yield hurt;
          }
          case IN_RECOVERY -> {
            suffer(new Order(Hurt.BETWEEN_TABLES, 1, 0), Hurt.BETWEEN_TABLES);
            yield suffer(new Order(Hurt.IN_RECOVERY, 0, schedule.order(hurt).place()), hurt);
          }
          default -> suffer(schedule.order(hurt), hurt);
        };
    counts.merge(happened, 1, Integer::sum);
  }

  /** Hurts a run whose broker is away for a while. */
  void withoutBroker(Runnable away) throws InterruptedException {
    awaitCommit(living());
    away.run();
    failed();
    feed.allow(chunk / 2);
    awaitCommit(living());
    counts.merge(Hurt.BROKER_RESTART, 1, Integer::sum);
  }

  private void endAnEarlierLife() throws InterruptedException {
    Child now = child;
    if (now != null && now.alive()) {
      now.kill();
    }
  }

  private void kill(long afterMillis) throws InterruptedException {
    Child now = living();
    long until = System.currentTimeMillis() + afterMillis;
    await(now, () -> System.currentTimeMillis() >= until, Duration.ofMillis(afterMillis + 1000));
    now.kill();
    listen(now);
  }

  /**
   * Lets the process suffer from within. One that commits and does not come to the place, because
   * its commits are other ones, is killed.
   *
   * @return what has happened to it
   */
  private Hurt suffer(Order order, Hurt hurt) throws InterruptedException {
    Child now = living();
    now.order(order);
    long ordered = System.nanoTime();
    boolean[] suffered = {false};
    int before = listen(now).size();
    await(
        now,
        () -> {
          List<Event> events = listen(now);
          suffered[0] = events.subList(before, events.size()).stream().anyMatch(Event::suffered);
          long since = System.nanoTime() - Math.max(ordered, recoveredAt);
          return suffered[0] || (recovered && since > UNHURT.toNanos());
        },
        PATIENCE);
    if (!suffered[0]) {
      now.kill();
      listen(now);
      return Hurt.KILLED;
    }
    if (!hurt.deadly()) {
      failed();
      feed.allow(chunk / 2); // or there may be nothing to commit
      awaitCommit(now);
    } else if (now.ends(PATIENCE)) {
      listen(now);
    } else {
      throw stuck("did not die: " + hurt.text());
    }
    return hurt;
  }

  /** From now on it is counted how long it takes to the next commit. */
  private void failed() {
    since = System.currentTimeMillis();
    recovered = false;
  }

  /** Waits for a commit of a new run; a process that ends instead is started again. */
  private void awaitCommit(Child first) throws InterruptedException {
    Child now = first;
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!recovered) {
      Child waiting = now;
      await(
          waiting,
          () -> {
            listen(waiting);
            return recovered;
          },
          UNHURT);
      if (!now.alive() && !recovered) {
        ended++;
        now = living();
      }
      if (System.nanoTime() > deadline) {
        throw stuck("made no commit within " + PATIENCE.toSeconds() + " s");
      }
    }
  }

  private MoulinException stuck(String what) {
    Child now = child;
    return MoulinException.check(
        "verify-stuck",
        "The run " + what + (now == null ? "" : "; it said last: " + now.said()),
        "see its log below .moulin/logs of the copy: verify with --keep keeps it");
  }

  /** Lets rows come until something is so, the process ends, or it takes too long. */
  private void await(Child now, BooleanSupplier until, Duration most) throws InterruptedException {
    long deadline = System.nanoTime() + most.toNanos();
    boolean met = until.getAsBoolean();
    while (!met && now.alive() && System.nanoTime() < deadline) {
      if (recovered) {
        feed.allow(chunk / TICKS_PER_CHUNK);
      }
      now.ends(TICK);
      met = until.getAsBoolean();
    }
  }

  /** Reads what a process tells of, and measures. */
  private List<Event> listen(Child now) {
    List<Event> events = now.events();
    for (; seen < events.size(); seen++) {
      Event event = events.get(seen);
      if (event.commit()) {
        consumed.merge(event.table(), event.consumed(), Math::max);
        boolean newRun = runs.add(event.run());
        if (!recovered && event.millis() >= since && (newRun || !afresh())) {
          recoveries.add((event.millis() - since) / 1000.0);
          recovered = true;
          recoveredAt = System.nanoTime();
        }
      }
    }
    return events;
  }

  /** Whether the process was started for this recovery, so that it has a run of its own. */
  private boolean afresh() {
    Child now = child;
    return now != null && now.started() == since;
  }

  /** Records that all datasets have consumed. */
  private long consumed() {
    return consumed.values().stream().mapToLong(Long::longValue).sum();
  }

  private double usual() {
    return recoveries.isEmpty()
        ? FIRST_GUESS_SECONDS
        : recoveries.stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  /** Lets the run come to the end of the input, undisturbed, and stops it in order. */
  void catchUp() throws InterruptedException {
    feed.allowAll();
    long last = -1;
    long deadline = 0;
    while (!feed.finished() || consumed() < feed.await()) {
      if (consumed() > last) {
        last = consumed();
        deadline = System.nanoTime() + PATIENCE.toNanos();
      }
      Child now = living(); // the feed may need its broker
      now.ends(TICK);
      listen(now);
      if (System.nanoTime() > deadline) {
        throw stuck("does not get beyond %,d records".formatted(consumed()));
      }
    }
    living().ends(SETTLED);
    stop();
  }

  /** Stops the process in order; one that is not there, or does not end in order, is no matter. */
  void stop() throws InterruptedException {
    Child now = child;
    if (now != null && now.alive()) {
      now.stop();
      listen(now);
      if (now.exitCode() != TERMINATED) {
        LOG.warn("The process did not stop in order but with {}: {}", now.exitCode(), now.said());
      }
    }
    child = null;
  }

  List<Double> recoveries() {
    return List.copyOf(recoveries);
  }

  Map<Hurt, Integer> counts() {
    return new EnumMap<>(counts);
  }

  /** How often a process ended by itself. */
  int ended() {
    return ended;
  }

  @Override
  public void close() {
    Child now = child;
    if (now != null) {
      now.close();
    }
  }
}

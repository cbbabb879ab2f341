package io.moulin.verify;

import io.moulin.control.BalanceReport;
import io.moulin.control.Balancing;
import io.moulin.control.Checking;
import io.moulin.control.Planning;
import io.moulin.control.Project;
import io.moulin.control.Querying;
import io.moulin.control.Running;
import io.moulin.control.Session;
import io.moulin.control.Session.Need;
import io.moulin.control.Sessions;
import io.moulin.control.proof.VerifyReport;
import io.moulin.control.proof.VerifyReport.Recovery;
import io.moulin.control.proof.VerifyReport.TableProof;
import io.moulin.control.proof.VerifyRequest;
import io.moulin.control.proof.Verifying;
import io.moulin.embedded.EmbeddedBroker;
import io.moulin.load.trips.TripGenerator;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.SourceSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Verifies a project: makes a copy, runs it as a process of its own, hurts it, lets it catch up,
 * and compares its tables row by row with those of a second copy that reads the same topic
 * undisturbed.
 */
public final class Verification implements Verifying {
  private static final String TRIPS = "taxi.trips";

  private final Checking checking;
  private final Sessions sessions;
  private final Planning planning;
  private final Running running;
  private final Balancing balancing;
  private final Reading reading;
  private final String childMain;

  /**
   * @param childMain class that runs the program with jobs that can be hurt
   */
  public Verification(
      Checking checking,
      Sessions sessions,
      Planning planning,
      Running running,
      Balancing balancing,
      Querying querying,
      String childMain) {
    this.checking = checking;
    this.sessions = sessions;
    this.planning = planning;
    this.running = running;
    this.balancing = balancing;
    this.reading = new Reading(querying);
    this.childMain = childMain;
  }

  /** One verification that goes on. */
  private final class Run {
    private final VerifyRequest request;
    private final Listener listener;
    private final Path folder;
    private final int port = freePort();
    private final long began = System.nanoTime();
    private final Schedule schedule;
    private int done;

    Run(VerifyRequest request, Listener listener, Path folder) {
      this.request = request;
      this.listener = listener;
      this.folder = folder;
      this.schedule = new Schedule(request.kills(), request.seed());
    }

    VerifyReport run() throws InterruptedException, IOException {
      Scratch hurt = Scratch.of(request.project(), folder.resolve("hurt"), port);
      Path input = input();
      EmbeddedBroker broker = EmbeddedBroker.start(hurt.records(), port);
      try {
        apply(hurt);
        try (Feed feed = Feed.start(hurt.folder(), port, request.dataset(), input);
            Lives apart = lives(hurt, Scratch.APART, feed);
            Lives within = lives(hurt, Scratch.WITHIN, feed)) {
          broker = hurtApart(hurt, apart, broker);
          apart.stop();
          broker.close();
          for (Hurt each : schedule.within()) {
            step(each);
            within.hurt(each, schedule);
          }
          listener.step("Hurt enough: it may catch up now");
          within.catchUp();
          broker = EmbeddedBroker.start(hurt.records(), port);
          return compare(hurt, feed.await(), apart, within);
        }
      } finally {
        broker.close();
      }
    }

    private EmbeddedBroker hurtApart(Scratch hurt, Lives lives, EmbeddedBroker first)
        throws InterruptedException {
      EmbeddedBroker[] broker = {first};
      for (Hurt each : schedule.apart()) {
        step(each);
        if (each == Hurt.BROKER_RESTART) {
          long pause = schedule.moment(2);
          lives.withoutBroker(
              () -> {
                broker[0].close();
                pause(pause);
                broker[0] = EmbeddedBroker.start(hurt.records(), port);
              });
        } else {
          lives.hurt(each, schedule);
        }
      }
      return broker[0];
    }

    private void step(Hurt hurt) {
      listener.step("%d of %d: %s".formatted(++done, request.kills(), hurt.text()));
    }

    private Path input() throws IOException {
      if (request.input().isPresent()) {
        return request.input().get().toAbsolutePath();
      }
      Path file = folder.resolve("input.jsonl");
      listener.step("Generating %,d lines from seed %d".formatted(request.rows(), request.seed()));
      if (request.dataset().name().equals(TRIPS)) {
        new TripGenerator(request.rows(), request.seed(), LocalDate.of(2024, 1, 1)).write(file);
      } else {
        new SyntheticRows(request.dataset(), request.seed()).write(request.rows(), file);
      }
      return file;
    }

    private Lives lives(Scratch scratch, String profile, Feed feed) {
      List<String> arguments =
          List.of(
              "-C",
              scratch.folder().toString(),
              "--profile",
              profile,
              "up",
              request.dataset().name());
      return new Lives(
          name -> Child.start(scratch, profile + "-" + name, childMain, arguments),
          feed,
          request.rows() / Math.max(1, request.kills()));
    }

    private void apply(Scratch scratch) {
      try (Session session = open(scratch, Need.BROKER, Need.CATALOG)) {
        planning.apply(session, planning.plan(session), change -> {});
      }
    }

    private Session open(Scratch scratch, Need... needs) {
      Project project =
          checking
              .check(scratch.folder(), Optional.of(Scratch.APART))
              .project()
              .orElseThrow(() -> new IllegalStateException("Cannot read the copied project"));
      return sessions.open(project, Set.of(needs));
    }

    private VerifyReport compare(Scratch hurt, long sent, Lives apart, Lives within)
        throws IOException {
      List<String> problems = new ArrayList<>();
      Map<String, TableProof> tables = new LinkedHashMap<>();
      listener.step("Reading the topic and the tables");
      DatasetSpec dataset = request.dataset();
      Contents topic = Reading.topic("127.0.0.1:" + port, dataset.source().topic());
      tables.put(
          "topic",
          new TableProof(
              topic.rows(), Math.max(0, sent - topic.rows()), Math.max(0, topic.rows() - sent), 0));
      Map<Layer, Contents> actual;
      try (Session session = open(hurt, Need.BROKER, Need.CATALOG)) {
        BalanceReport books = balancing.balance(session, dataset);
        problems.addAll(books.problems());
        if (books.waiting() > 0) {
          problems.add("%,d records were not read".formatted(books.waiting()));
        }
        tables.put("every record once", proof(reading.records(session, dataset), topic));
        actual = reading.tables(session, dataset);
      }
      listener.step("Running the same topic undisturbed");
      Map<Layer, Contents> expected = undisturbed();
      actual.forEach(
          (layer, contents) ->
              tables.put(
                  dataset.table(layer).fullName(),
                  proof(contents, expected.getOrDefault(layer, new Contents()))));
      return report(topic.rows(), tables, problems, apart, within);
    }

    private Map<Layer, Contents> undisturbed() {
      Scratch reference = Scratch.of(request.project(), folder.resolve("undisturbed"), port);
      apply(reference);
      try (Session session = open(reference, Need.BROKER, Need.CATALOG, Need.ENGINE)) {
        running.run(session, request.dataset(), Running.End.CAUGHT_UP, (consumed, total) -> {});
        return reading.tables(session, request.dataset());
      }
    }

    private VerifyReport report(
        long records,
        Map<String, TableProof> tables,
        List<String> problems,
        Lives apart,
        Lives within) {
      Map<String, Integer> kinds = new LinkedHashMap<>();
      for (Hurt hurt : Hurt.values()) {
        int times = apart.counts().getOrDefault(hurt, 0) + within.counts().getOrDefault(hurt, 0);
        if (times > 0) {
          kinds.put(hurt.text(), times);
        }
      }
      List<Double> recoveries = new ArrayList<>(apart.recoveries());
      recoveries.addAll(within.recoveries());
      return new VerifyReport(
          request.dataset().name(),
          request.seed(),
          request.kills(),
          records,
          tables,
          kinds,
          apart.ended() + within.ended(),
          Recovery.of(recoveries),
          problems,
          (System.nanoTime() - began) / 1e9,
          folder);
    }
  }

  @Override
  public VerifyReport verify(VerifyRequest request, Listener listener) {
    refuse(request);
    Path folder =
        request
            .project()
            .kept()
            .resolve("verify")
            .resolve("%d-%d".formatted(request.seed(), ProcessHandle.current().pid()))
            .toAbsolutePath();
    try {
      Files.createDirectories(folder);
      return new Run(request, listener, folder).run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw MoulinException.external("interrupted", "stopped before the end", "", e);
    } catch (IOException e) {
      throw MoulinException.external(
          "disk",
          "cannot verify in %s: %s".formatted(folder, e.getMessage()),
          "check its rights and the free space",
          e);
    } finally {
      if (request.scratch() == VerifyRequest.Scratch.REMOVED) {
        Scratch.remove(folder);
      }
    }
  }

  private static void refuse(VerifyRequest request) {
    if (request.kills() < 1 || request.rows() < 1) {
      throw MoulinException.user(
          "invalid-arguments", "--kills and --rows are below 1", "give numbers above 0");
    }
    if (request.input().isEmpty()
        && request.dataset().source().format() != SourceSpec.Format.JSON) {
      throw MoulinException.user(
          "input-missing",
          "rows of format %s cannot be generated".formatted(request.dataset().source().format()),
          "give a file: --input FILE");
    }
  }

  private static TableProof proof(Contents actual, Contents expected) {
    Contents.Difference difference = actual.against(expected);
    return new TableProof(
        actual.rows(), difference.lost(), difference.doubled(), difference.changed());
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw MoulinException.external(
          "no-free-port", "no port of the loopback interface is free: " + e.getMessage(), "", e);
    }
  }
}

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
import io.moulin.control.mend.Followers;
import io.moulin.control.proof.VerifyReport;
import io.moulin.control.proof.VerifyReport.Recovery;
import io.moulin.control.proof.VerifyReport.TableProof;
import io.moulin.control.proof.VerifyRequest;
import io.moulin.control.proof.Verifying;
import io.moulin.embedded.EmbeddedBroker;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.TableSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
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
      listener.step(
          request.input().isPresent()
              ? "Copying the project"
              : "Generating %,d lines from seed %d".formatted(request.rows(), request.seed()));
      Map<DatasetSpec, Path> inputs = Inputs.of(request, folder);
      EmbeddedBroker broker = EmbeddedBroker.start(hurt.records(), port);
      try {
        apply(hurt);
        try (Feed feed = Feed.start(hurt.folder(), port, inputs);
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
          return compare(hurt, feed, apart, within);
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

    private Lives lives(Scratch scratch, String profile, Feed feed) {
      List<String> arguments =
          new ArrayList<>(List.of("-C", scratch.folder().toString(), "--profile", profile, "up"));
      request.datasets().forEach(dataset -> arguments.add(dataset.name()));
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

    private VerifyReport compare(Scratch hurt, Feed feed, Lives apart, Lives within)
        throws InterruptedException {
      List<String> problems = new ArrayList<>();
      Map<String, TableProof> tables = new LinkedHashMap<>();
      listener.step("Reading the topics and the tables");
      long records = 0;
      Map<DatasetSpec, Map<Layer, Contents>> actual = new LinkedHashMap<>();
      try (Session session = open(hurt, Need.BROKER, Need.CATALOG)) {
        for (DatasetSpec dataset : request.datasets()) {
          Contents topic = Reading.topic("127.0.0.1:" + port, dataset.source().topic());
          records += topic.rows();
          long missing = feed.await(dataset.name()) - topic.rows();
          tables.put(
              named("topic", dataset),
              new TableProof(topic.rows(), Math.max(0, missing), Math.max(0, -missing), 0));
          tables.put(
              named("every record once", dataset), proof(reading.records(session, dataset), topic));
          problems.addAll(problems(session, dataset));
          Followers.follow(session, dataset); // a job that was killed may have left it behind
          actual.put(dataset, reading.tables(session, dataset));
        }
      }
      listener.step("Running the same records undisturbed");
      Map<DatasetSpec, Map<Layer, Contents>> expected = undisturbed();
      actual.forEach(
          (dataset, layers) ->
              layers.forEach(
                  (layer, contents) ->
                      tables.put(
                          table(dataset, layer),
                          proof(
                              contents,
                              expected
                                  .getOrDefault(dataset, Map.of())
                                  .getOrDefault(layer, new Contents())))));
      return report(records, tables, problems, apart, within);
    }

    private static String table(DatasetSpec dataset, Layer layer) {
      return dataset.everyTable().stream()
          .filter(table -> table.layer() == layer)
          .map(TableSpec::fullName)
          .findFirst()
          .orElseThrow();
    }

    /** Where there are several datasets, what is said of one names it. */
    private String named(String what, DatasetSpec dataset) {
      return request.datasets().size() == 1 ? what : what + " " + dataset.source().topic();
    }

    private List<String> problems(Session session, DatasetSpec dataset) {
      BalanceReport books = balancing.balance(session, dataset);
      List<String> problems = new ArrayList<>(books.problems());
      if (books.waiting() > 0) {
        problems.add("%,d records of %s were not read".formatted(books.waiting(), dataset.name()));
      }
      return problems;
    }

    private Map<DatasetSpec, Map<Layer, Contents>> undisturbed() {
      Scratch reference = Scratch.of(request.project(), folder.resolve("undisturbed"), port);
      apply(reference);
      Map<DatasetSpec, Map<Layer, Contents>> all = new LinkedHashMap<>();
      try (Session session = open(reference, Need.BROKER, Need.CATALOG, Need.ENGINE)) {
        for (DatasetSpec dataset : request.datasets()) {
          running.run(session, dataset, Running.End.CAUGHT_UP, (consumed, total) -> {});
          all.put(dataset, reading.tables(session, dataset));
        }
      }
      return all;
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
          request.datasets().stream().map(DatasetSpec::name).toList(),
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
    if (request.input().isPresent() && request.datasets().size() > 1) {
      throw MoulinException.user(
          "dataset-missing",
          "a file holds the rows of one dataset, and %d are to be verified"
              .formatted(request.datasets().size()),
          "name it: --dataset " + request.datasets().get(0).name());
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

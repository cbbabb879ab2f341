package io.moulin.bench;

import io.moulin.bench.limit.FilesMain;
import io.moulin.bench.limit.KernelMain;
import io.moulin.bench.limit.TopicMain;
import io.moulin.bench.ours.Manifests;
import io.moulin.bench.ours.OursMain;
import io.moulin.bench.race.Claim;
import io.moulin.bench.race.Contender;
import io.moulin.bench.race.Contender.Done;
import io.moulin.bench.race.Repository;
import io.moulin.bench.race.Surroundings;
import io.moulin.bench.rows.Expected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes the contenders, each with what its tables must hold. */
final class Contenders {
  static final String TAXI = "bench.taxi";
  static final String EVENTS = "bench.events";
  private static final String OURS_HEAP = "768m";
  private static final String PEER_HEAP = "2g";
  private static final String FARE = "fare_amount";
  private static final String TOTAL = "total_amount";

  private final Surroundings surroundings;
  private final Repository repository;
  private final Plan plan;
  private final Expected taxi;
  private final Expected events;

  /**
   * What the run is to do.
   *
   * @param passes over all rows in each process
   * @param commitMillis between commits
   * @param taxiFile the taxi rows as a file
   */
  record Plan(
      int passes, int taxiPartitions, int eventPartitions, long commitMillis, Path taxiFile) {}

  Contenders(
      Surroundings surroundings, Repository repository, Plan plan, Expected taxi, Expected events) {
    this.surroundings = surroundings;
    this.repository = repository;
    this.plan = plan;
    this.taxi = taxi;
    this.events = events;
  }

  /** All, in the order of their turns. */
  List<Contender> all() throws IOException {
    List<Contender> all = new ArrayList<>(forRatios());
    all.addAll(parts());
    String small = Manifests.events(EVENTS, plan.eventPartitions());
    List<Claim> claims =
        List.of(
            new Claim("bronze.events", "amount", events.bronze()),
            new Claim("silver.events", "amount", events.silver()));
    all.add(ours(Mode.CONTINUOUS, "full-continuous", "full, as a job without end", "full", full()));
    all.add(run(Mode.BOUNDED, "events", "142-byte events, the full way", small, claims));
    all.add(
        run(
            Mode.CONTINUOUS,
            "events-continuous",
            "142-byte events, as a job without end",
            small,
            claims));
    return all;
  }

  private List<Contender> forRatios() throws IOException {
    Claim nothing = Claim.rows("silver.trips", 0);
    return List.of(
        ours(Mode.BOUNDED, "full", "every table, silver with dedup", "full", full()),
        flinkSql(
            "flink-sql",
            "hand-written Flink SQL: Kafka to bronze, then bronze to silver",
            "silver",
            List.of(bronze(), silver())),
        kernel(),
        topic(),
        files(),
        ours(
            Mode.BOUNDED,
            "bronze",
            "bronze and dead letters; a rule keeps all rows from silver",
            "bronze",
            List.of(bronze(), nothing)),
        ours(
            Mode.BOUNDED,
            "bronze-quarantine",
            "bronze, dead letters, quarantine; a rule keeps the rest from silver",
            "bronze-quarantine",
            List.of(bronze(), quarantine(), nothing)),
        flinkSql(
            "flink-sql-bronze",
            "hand-written Flink SQL: Kafka to bronze only",
            "bronze",
            List.of(bronze())),
        connect());
  }

  /** Ours without one part, or with one more. */
  private List<Contender> parts() throws IOException {
    List<Contender> all = new ArrayList<>();
    for (String part : List.of("no-derive", "no-key", "no-partition", "late")) {
      all.add(ours(Mode.BOUNDED, part, "full, " + part.replace('-', ' '), part, full()));
    }
    Claim doubled = new Claim("silver.trips", TOTAL, taxi.passed());
    Claim unjudged = new Claim("silver.trips", TOTAL, taxi.unjudged());
    all.add(
        ours(
            Mode.BOUNDED,
            "no-dedup",
            "full, no dedup",
            "no-dedup",
            List.of(bronze(), quarantine(), doubled)));
    all.add(
        ours(Mode.BOUNDED, "no-rules", "full, no rules", "no-rules", List.of(bronze(), unjudged)));
    return all;
  }

  private String manifest(String name) throws IOException {
    String example =
        Files.readString(repository.root().resolve("examples/taxi/datasets/trips.yml"));
    return new Manifests(example, TAXI, plan.taxiPartitions()).taxi(name);
  }

  private enum Mode {
    BOUNDED,
    CONTINUOUS
  }

  private Claim bronze() {
    return new Claim("bronze.trips", FARE, taxi.bronze());
  }

  private Claim quarantine() {
    return Claim.rows("quarantine.trips", taxi.quarantine());
  }

  private Claim silver() {
    return new Claim("silver.trips", TOTAL, taxi.silver());
  }

  private List<Claim> full() {
    return List.of(bronze(), quarantine(), silver());
  }

  private Contender ours(Mode mode, String name, String what, String manifest, List<Claim> claims)
      throws IOException {
    return run(mode, name, what, manifest(manifest), claims);
  }

  private Contender run(Mode mode, String name, String what, String manifest, List<Claim> claims)
      throws IOException {
    List<String> command = repository.java(OURS_HEAP, OursMain.class);
    command.addAll(order(name, manifest));
    command.add(mode == Mode.BOUNDED ? "bounded" : "continuous");
    boolean small = claims.get(0).table().endsWith("events");
    return new Contender(
        name,
        what,
        OURS_HEAP,
        small ? EVENTS : TAXI,
        command,
        (around, id, first) -> {
          String table = small ? "silver.events" : "silver.trips";
          return proven(around, id, claims, table, small ? events.rows() : taxi.rows());
        });
  }

  /** The arguments that a contender with a manifest takes. */
  private List<String> order(String name, String manifest) throws IOException {
    Path written = surroundings.folder().resolve(name + ".yml");
    Files.writeString(written, manifest);
    return List.of(
        surroundings.bootstrap(),
        surroundings.catalog(),
        written.toString(),
        surroundings.folder().toString(),
        "{id}",
        plan.commitMillis() + "ms",
        Integer.toString(plan.passes()));
  }

  private Contender kernel() throws IOException {
    List<String> command = repository.java(OURS_HEAP, KernelMain.class);
    command.addAll(order("kernel", manifest("full")));
    return new Contender(
        "kernel",
        "the kernel of full without Flink: 2 threads, one commit",
        OURS_HEAP,
        TAXI,
        command,
        (around, id, first) -> proven(around, id, full(), "silver.trips", taxi.rows()));
  }

  private Contender topic() {
    List<String> command = repository.java("256m", TopicMain.class);
    command.addAll(List.of(surroundings.bootstrap(), TAXI, Integer.toString(plan.passes())));
    return new Contender(
        "topic",
        "two consumers that read the topic and drop every record",
        "256m",
        TAXI,
        command,
        (around, id, first) -> new Done(taxi.rows(), System.currentTimeMillis()));
  }

  private Contender files() {
    List<String> command = repository.java("256m", FilesMain.class);
    Path out = surroundings.folder().resolve("files");
    command.addAll(
        List.of(
            plan.taxiFile().toString(), out.toString(), "{id}", Integer.toString(plan.passes())));
    return new Contender(
        "duckdb-files",
        "DuckDB alone, a file of JSON to Parquet files: bronze, quarantine, silver",
        "256m",
        "",
        command,
        (around, id, first) -> {
          Path made = out.resolve(id);
          Surroundings.require(
              new Claim("bronze", FARE, taxi.bronze()),
              List.of(made.resolve("bronze.parquet").toString()));
          Surroundings.require(
              Claim.rows("quarantine", taxi.quarantine()),
              List.of(made.resolve("quarantine.parquet").toString()));
          Surroundings.require(
              new Claim("silver", TOTAL, taxi.silver()),
              List.of(made.resolve("silver") + "/**/*.parquet"));
          return new Done(taxi.bronze().rows(), first);
        });
  }

  private Contender flinkSql(String name, String what, String last, List<Claim> claims) {
    List<String> command =
        peer("flink-sql", "io.moulin.bench.flinksql.FlinkSqlMain", folder("flink-sql"), last);
    return new Contender(
        name,
        what,
        PEER_HEAP,
        TAXI,
        command,
        (around, id, first) -> proven(around, id, claims, last + ".trips", taxi.rows()));
  }

  private Contender connect() {
    List<String> command =
        peer("connect", "io.moulin.bench.connect.ConnectMain", Long.toString(taxi.bronze().rows()));
    return new Contender(
        "kafka-connect",
        "Iceberg's sink for Kafka Connect: bronze only",
        PEER_HEAP,
        TAXI,
        command,
        (around, id, first) -> {
          around.require(bronze(), id);
          return around.bestAverage("bronze.trips_" + id, first);
        });
  }

  /** The command of a peer: what all of them are told, and {@code more}. */
  private List<String> peer(String module, String main, String... more) {
    List<String> command = repository.peer(PEER_HEAP, surroundings.folder(), module, main);
    command.addAll(
        List.of(
            surroundings.bootstrap(),
            surroundings.catalog(),
            TAXI,
            "{id}",
            Integer.toString(plan.passes()),
            Long.toString(plan.commitMillis())));
    command.addAll(List.of(more));
    return command;
  }

  private String folder(String name) {
    return surroundings.folder().resolve(name).toString();
  }

  private static Done proven(
      Surroundings around, String id, List<Claim> claims, String last, long rows) throws Exception {
    for (Claim claim : claims) {
      around.require(claim, id);
    }
    return new Done(rows, around.lastCommitMillis(last + "_" + id));
  }
}

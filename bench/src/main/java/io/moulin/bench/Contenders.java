package io.moulin.bench;

import io.moulin.bench.limit.FilesMain;
import io.moulin.bench.limit.KernelMain;
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
import java.util.Map;

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

  /** All, in the order of their turns: first those that the ratios are made of. */
  List<Contender> all() throws IOException {
    Map<String, String> manifests =
        new Manifests(
                Files.readString(repository.root().resolve("examples/taxi/datasets/trips.yml")),
                TAXI,
                plan.taxiPartitions())
            .taxi();
    String small = Manifests.events(EVENTS, plan.eventPartitions());
    List<Contender> all = new ArrayList<>();
    all.add(ours("full", "every table, silver with dedup", manifests.get("full"), full()));
    all.add(flinkSql());
    all.add(kernel(manifests.get("full")));
    all.add(files());
    all.add(
        ours(
            "bronze",
            "bronze and dead letters; a rule keeps all rows from silver",
            manifests.get("bronze"),
            List.of(bronze(), Claim.rows("silver.trips", 0))));
    all.add(
        ours(
            "bronze-quarantine",
            "bronze, dead letters, quarantine; a rule keeps the rest from silver",
            manifests.get("bronze-quarantine"),
            List.of(bronze(), quarantine(), Claim.rows("silver.trips", 0))));
    all.add(connect());
    for (String part : List.of("no-derive", "no-key", "no-partition", "late")) {
      all.add(ours(part, "full, " + part.replace('-', ' '), manifests.get(part), full()));
    }
    Claim doubled =
        new Claim("silver.trips", taxi.bronze() - taxi.quarantine(), TOTAL, taxi.passedCents());
    all.add(
        ours(
            "no-dedup",
            "full, no dedup",
            manifests.get("no-dedup"),
            List.of(bronze(), quarantine(), doubled)));
    all.add(ours("no-rules", "full, no rules", manifests.get("no-rules"), List.of(bronze())));
    all.add(
        ours(
            Mode.CONTINUOUS,
            "full-continuous",
            "full, as a job without end",
            manifests.get("full"),
            full()));
    all.add(ours(Mode.BOUNDED, "events", "142-byte events, the full way", small, eventClaims()));
    all.add(
        ours(
            Mode.CONTINUOUS,
            "events-continuous",
            "142-byte events, as a job without end",
            small,
            eventClaims()));
    return all;
  }

  private enum Mode {
    BOUNDED,
    CONTINUOUS
  }

  private Claim bronze() {
    return new Claim("bronze.trips", taxi.bronze(), FARE, taxi.bronzeCents());
  }

  private Claim quarantine() {
    return Claim.rows("quarantine.trips", taxi.quarantine());
  }

  private Claim silver() {
    return new Claim("silver.trips", taxi.silver(), TOTAL, taxi.silverCents());
  }

  private List<Claim> full() {
    return List.of(bronze(), quarantine(), silver());
  }

  private List<Claim> eventClaims() {
    return List.of(
        new Claim("bronze.events", events.bronze(), "amount", events.bronzeCents()),
        new Claim("silver.events", events.silver(), "amount", events.silverCents()));
  }

  private Contender ours(String name, String what, String manifest, List<Claim> claims)
      throws IOException {
    return ours(Mode.BOUNDED, name, what, manifest, claims);
  }

  private Contender ours(Mode mode, String name, String what, String manifest, List<Claim> claims)
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

  private Contender kernel(String manifest) throws IOException {
    List<String> command = repository.java(OURS_HEAP, KernelMain.class);
    command.addAll(order("kernel", manifest));
    return new Contender(
        "kernel",
        "the kernel of full without Flink: 2 threads, one commit",
        OURS_HEAP,
        TAXI,
        command,
        (around, id, first) -> proven(around, id, full(), "silver.trips", taxi.rows()));
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
              new Claim("bronze", taxi.bronze(), FARE, taxi.bronzeCents()),
              List.of(made.resolve("bronze.parquet").toString()));
          Surroundings.require(
              Claim.rows("quarantine", taxi.quarantine()),
              List.of(made.resolve("quarantine.parquet").toString()));
          Surroundings.require(
              new Claim("silver", taxi.silver(), TOTAL, taxi.silverCents()),
              List.of(made.resolve("silver") + "/**/*.parquet"));
          return new Done(taxi.rows(), first);
        });
  }

  private Contender flinkSql() {
    List<String> command =
        repository.peer(PEER_HEAP, "flink-sql", "io.moulin.bench.flinksql.FlinkSqlMain");
    command.addAll(
        List.of(
            surroundings.bootstrap(),
            surroundings.catalog(),
            TAXI,
            "{id}",
            Integer.toString(plan.passes()),
            Long.toString(plan.commitMillis()),
            surroundings.folder().resolve("flink-sql").toString()));
    return new Contender(
        "flink-sql",
        "hand-written Flink SQL: Kafka to bronze, then bronze to silver",
        PEER_HEAP,
        TAXI,
        command,
        (around, id, first) ->
            proven(around, id, List.of(bronze(), silver()), "silver.trips", taxi.rows()));
  }

  private Contender connect() {
    List<String> command =
        repository.peer(PEER_HEAP, "connect", "io.moulin.bench.connect.ConnectMain");
    command.addAll(
        List.of(
            surroundings.bootstrap(),
            surroundings.catalog(),
            TAXI,
            "{id}",
            Integer.toString(plan.passes()),
            Long.toString(plan.commitMillis()),
            Long.toString(taxi.bronze())));
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

  private static Done proven(
      Surroundings around, String id, List<Claim> claims, String last, long rows) throws Exception {
    for (Claim claim : claims) {
      around.require(claim, id);
    }
    return new Done(rows, around.lastCommitMillis(last + "_" + id));
  }
}

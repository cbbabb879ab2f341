package io.moulin.manifest;

import static io.moulin.manifest.block.Field.Kind.BOOLEAN;
import static io.moulin.manifest.block.Field.Kind.COUNT;
import static io.moulin.manifest.block.Field.Kind.DURATION;
import static io.moulin.manifest.block.Field.Kind.NUMBER;
import static io.moulin.manifest.block.Field.Kind.SHARE;
import static io.moulin.manifest.block.Field.Kind.SIZE;
import static io.moulin.manifest.block.Field.Kind.SPAN;
import static io.moulin.manifest.block.Field.Kind.TEXTS;
import static io.moulin.manifest.block.Field.Kind.TEXT_MAP;
import static io.moulin.manifest.block.Field.Kind.TYPE;
import static io.moulin.manifest.block.Field.Kind.ZONE;
import static io.moulin.manifest.block.Field.block;
import static io.moulin.manifest.block.Field.blocks;
import static io.moulin.manifest.block.Field.field;
import static io.moulin.manifest.block.Field.option;
import static io.moulin.manifest.block.Field.text;

import io.moulin.manifest.block.Field;
import io.moulin.manifest.block.Field.Block;
import io.moulin.spec.DatasetSpec.UnknownFields;
import io.moulin.spec.DedupSpec;
import io.moulin.spec.KeySpec.Hash;
import io.moulin.spec.PrivacySpec;
import io.moulin.spec.QuarantineSpec;
import io.moulin.spec.RuleSpec.Otherwise;
import io.moulin.spec.SourceSpec.Format;
import io.moulin.spec.TimeSpec;
import io.moulin.spec.project.BrokerSpec;
import io.moulin.spec.project.CatalogSpec;
import io.moulin.spec.project.EngineSpec;
import io.moulin.spec.project.RegistrySpec;
import io.moulin.spec.project.StorageSpec;

/** Every word that a user may write: the one declaration of {@code moulin.yml} and datasets. */
final class Vocabulary {

  /** The axes, in {@code moulin.yml} and in profiles. */
  private static final Field[] AXES = {
    block(
            "broker",
            Block.of(
                "broker",
                "The broker that carries the records.",
                option("kind", BrokerSpec.Kind.values(), "Which broker.").or("embedded"),
                text(
                        "bootstrap",
                        "`host:port,…` of an external broker; `127.0.0.1:PORT` gives the embedded one a fixed port.")
                    .or(""),
                field(
                    "properties",
                    TEXT_MAP,
                    "Client properties by Kafka's names, such as security.")),
            "The broker that carries the records.")
        .orElse("its defaults"),
    block(
            "catalog",
            Block.of(
                "catalog",
                "The Iceberg catalog.",
                option("kind", CatalogSpec.Kind.values(), "Which catalog.").or("embedded"),
                text(
                        "uri",
                        "Address of an external catalog; `http://127.0.0.1:PORT` gives the embedded one a fixed port.")
                    .or(""),
                text("warehouse", "Root of the tables, where the storage's own is not meant.")
                    .or(""),
                field("properties", TEXT_MAP, "The catalog's properties by Iceberg's names.")),
            "The Iceberg catalog.")
        .orElse("its defaults"),
    block(
            "storage",
            Block.of(
                "storage",
                "Where table files are.",
                option("kind", StorageSpec.Kind.values(), "Which store.").or("local"),
                text("path", "Folder within the project, or URI of the warehouse.")
                    .or(".moulin/warehouse"),
                text("endpoint", "URL of an S3-compatible store.").or(""),
                text("region", "Region of the store.").or(""),
                text("access-key", "Access key.").or("").secret(),
                text("secret-key", "Secret key.").or("").secret()),
            "Where table files are.")
        .orElse("its defaults"),
    block(
            "engine",
            Block.of(
                "engine",
                "The engine that runs the jobs.",
                option("kind", EngineSpec.Kind.values(), "Which engine.").or("embedded"),
                option(
                        "mode",
                        EngineSpec.Mode.values(),
                        "Whether a run ends when it has caught up.")
                    .or("batch"),
                field("parallelism", COUNT, "Subtasks of a job.").or("2"),
                field("commit-interval", SPAN, "How often a running job commits.").or("10s"),
                field("batch-rows", COUNT, "Most rows of one batch.").or("100000"),
                field("batch-size", SIZE, "Most bytes of raw records of one batch.").or("64MB"),
                field("memory", SIZE, "Most memory of each DuckDB within a job.").or("256MB"),
                field(
                        "restarts",
                        NUMBER,
                        "How often a job that fails again and again is restarted.")
                    .orElse("3 for `run`, without limit for `up`"),
                field(
                        "restart-delay",
                        SPAN,
                        "Before the first restart; then four times as long each time, a minute at most.")
                    .or("1s")),
            "The engine that runs the jobs.")
        .orElse("its defaults"),
    block(
            "registry",
            Block.of(
                "registry",
                "The registry of schemas, which speaks Confluent's API.",
                text("url", "Its address, such as `http://localhost:8081`.").or(""),
                text("user", "User; without one the password is sent as a bearer token.").or(""),
                text("password", "Password or token.").or("").secret(),
                option(
                        "on-error",
                        RegistrySpec.OnError.values(),
                        "Of a record whose schema it does not give: wait, or make it a dead letter.")
                    .or("wait")),
            "The registry of schemas.")
        .orElse("none"),
    block(
            "lineage",
            Block.of(
                "lineage",
                "Where events of OpenLineage go: to a file or to a server.",
                text(
                        "file",
                        "File that gets a line of JSON for each event, a path within the project.")
                    .or(""),
                text("url", "Address of a server, such as `http://localhost:5000`.")
                    .orElse("that of `OPENLINEAGE_URL`, or none"),
                text("api-key", "Key that the server asks for.")
                    .orElse("that of `OPENLINEAGE_API_KEY`, or none")
                    .secret(),
                text("namespace", "Namespace of the jobs.")
                    .orElse("that of `OPENLINEAGE_NAMESPACE`, or the project's name")),
            "Where events of OpenLineage go.")
        .orElse("nowhere")
  };

  /** {@code moulin.yml}. */
  static final Block PROJECT =
      Block.of(
          "moulin.yml",
          "Where things run. Any text may hold `${env:NAME}` or `${file:PATH}`.",
          text("name", "Name of the project.").required(),
          text("profile", "The file `profiles/NAME.yml` to lay over this one.").or("local"),
          AXES[0],
          AXES[1],
          AXES[2],
          AXES[3],
          AXES[4],
          AXES[5]);

  /** {@code profiles/NAME.yml}. */
  static final Block PROFILE =
      Block.of("profile", "What differs from `moulin.yml` under this profile.", AXES);

  private static final Block SOURCE =
      Block.of(
          "source",
          "Where the records come from.",
          text("topic", "Topic of the records.").required(),
          field("partitions", COUNT, "Partitions of the topic.").or("3"),
          field("retention", SPAN, "How long the topic keeps records.").or("3d"),
          option("format", Format.values(), "How the bytes of a record are read.").or("json"),
          text(
              "contract",
              "JSON Schema that the loader checks rows against, a path within the project."),
          text("schema", "Avro schema of all records, a path within the project.")
              .orElse("the one that each record names, at the project's `registry`"));

  private static final Block DEAD_LETTERS =
      Block.of(
          "dead-letters",
          "Where records go that cannot be decoded.",
          text("topic", "Topic of the dead letters.").orElse("the source's topic and `.dlq`"),
          field("partitions", COUNT, "Partitions of that topic.").or("1"),
          field("retention", SPAN, "How long that topic keeps records.").or("7d"),
          field("max", NUMBER, "A load with more dead letters than this fails.").or("0"));

  private static final Block QUARANTINE =
      Block.of(
          "quarantine",
          "How many rows may be quarantined before somebody has to know.",
          field("max-rate", SHARE, "Most of the rows, of 100 or more.").required(),
          field("over", SPAN, "Over how long, by the time of commits.").or("5m"),
          option(
                  "then",
                  QuarantineSpec.Then.values(),
                  "Say so, or end the job once it has committed what it has.")
              .or("alert"));

  private static final Block LATENESS =
      Block.of(
          "lateness",
          "When a row is late and what then.",
          field("allow", DURATION, "How far behind the watermark a row may be.").required(),
          option(
                  "then",
                  TimeSpec.Then.values(),
                  "Keep it in silver and say so, set it apart, or only count it.")
              .or("flag"));

  private static final Block TIME =
      Block.of(
          "time",
          "Event time.",
          text("column", "Wire name of the column that carries it.").required(),
          field(
                  "formats",
                  TEXTS,
                  "`iso`, `epoch-s`, `epoch-ms`, `epoch-us` or a Java date pattern; tried in order.")
              .or("iso"),
          field("zone", ZONE, "Zone of times that are written without one.").or("UTC"),
          field("watermark", DURATION, "How far out of order rows may come.").or("0s"),
          block("lateness", LATENESS, "When a row is late; without it no row is."),
          field(
                  "ahead",
                  DURATION,
                  "A row further ahead of its record's own time is quarantined: `TIME_IN_FUTURE`.")
              .orElse("`lateness.allow`, at least `1m`; without lateness no bound"),
          field("idle", SPAN, "A partition silent for this long holds nothing back.").or("30s"));

  private static final Block COLUMN =
      Block.of(
          "columns",
          "A column: what is on the wire, and what silver makes of it.",
          text("name", "Name on the wire and in bronze.").required(),
          field("type", TYPE, "Type on the wire and in bronze.").required(),
          text("as", "Name in silver.").orElse("`name`"),
          field("silver", TYPE, "Type in silver.").orElse("`type`"),
          text("doc", "What it means.").or(""),
          field("required", BOOLEAN, "A row without a value violates `NULL_<AS>`.").or("false"),
          field("round", BOOLEAN, "Round half up to what `silver` holds instead of refusing.")
              .or("false"),
          field("formats", TEXTS, "How its timestamps are written.").orElse("those of `time`"),
          text("was", "An earlier value of `as`."));

  private static final Block DERIVED =
      Block.of(
          "derive",
          "A silver column computed from the others.",
          text("name", "Name in silver.").required(),
          field("type", TYPE, "Type in silver.").required(),
          text("sql", "DuckDB SQL over silver names and the derived columns before it.").required(),
          text("doc", "What it means.").or(""));

  private static final Block RULE =
      Block.of(
          "rules",
          "A rule of quality, evaluated once a row.",
          text("name", "Name in capitals; the reason that a violating row carries.").required(),
          text("expect", "DuckDB SQL over silver names; TRUE for a good row.").required(),
          option("otherwise", Otherwise.values(), "What happens to a row that violates it.")
              .or("quarantine"),
          option("nulls", Nulls.values(), "What a NULL counts as.").or("violate"),
          text("doc", "What it means.").or(""));

  private static final Block DEDUP =
      Block.of(
          "dedup",
          "Which rows are the same row.",
          field("key", TEXTS, "Silver names that are equal in duplicates.").required(),
          option(
                  "keep",
                  DedupSpec.Keep.values(),
                  "Which of them a rebuild keeps; a stream keeps the first.")
              .or("first"),
          field("within", SPAN, "How long a key is remembered, in record time.").or("24h"),
          option(
                  "across",
                  DedupSpec.Across.values(),
                  "Where equal rows are looked for; `topic` reads with one subtask.")
              .or("partition"));

  private static final Block KEY =
      Block.of(
          "key",
          "The surrogate key of silver: a hash in hexadecimal.",
          text("name", "Name of the key's column.").required(),
          field("of", TEXTS, "Silver names that it is made of.").required(),
          option("hash", Hash.values(), "The hash function.").or("md5"));

  private static final Block PRIVACY =
      Block.of(
          "privacy",
          "Personal data of which the raw value never reaches silver.",
          text("column", "Silver name, of type string.").required(),
          option("then", PrivacySpec.Then.values(), "What stands in silver instead.").required());

  private static final Block HISTORY =
      Block.of(
          "history",
          "The history of what silver says of a key, version by version, in the table `history.NAME`.",
          field("key", TEXTS, "Silver names of what the history is of.").required(),
          field("track", TEXTS, "Silver names; another value in one of them begins a new version.")
              .required(),
          text(
                  "order-by",
                  "Silver name, a date or timestamp: from when on a row holds. Rows may come in any order.")
              .orElse("none; either this or `listing`"),
          text("deletes", "DuckDB SQL over silver names; TRUE for a row that ends its key.")
              .orElse("no row does"),
          text(
                  "listing",
                  "Silver name, a date or timestamp: rows that share it are a full listing, and a key"
                      + " that the next one lacks has ended.")
              .orElse("none; either this or `order-by`"),
          field("buckets", COUNT, "Partitions of the table; a change rewrites those of its keys.")
              .or("16"),
          field("every", SPAN, "Least time between two commits of a running job to the history.")
              .orElse("after every commit to silver"));

  private static final Block VALUE =
      Block.of(
          "values",
          "A column of the aggregate.",
          text("name", "Name of the column.").required(),
          field("type", TYPE, "Its type; for the sum of a `decimal(10,2)` take more digits.")
              .required(),
          text(
                  "sql",
                  "DuckDB SQL over the rows of a window: `count(*)`, `sum(amount) FILTER (paid)`.")
              .required(),
          text("doc", "What it means.").or(""));

  private static final Block LIVE =
      Block.of(
          "live",
          "An aggregate over windows of event time, kept up to date behind the commits.",
          text("name", "Its table is `live.NAME`.").required(),
          field("window", SPAN, "How long a window is.").required(),
          field("hop", SPAN, "How often a window begins; windows overlap where it is shorter.")
              .orElse("`window`"),
          field("by", TEXTS, "Silver names; each combination of their values has a row a window.")
              .orElse("one row a window"),
          text("where", "DuckDB SQL over silver names; TRUE for a row that counts.")
              .orElse("every row"),
          blocks("values", VALUE, "What is computed.").required(),
          field(
                  "lateness",
                  DURATION,
                  "A window is final once the watermark has passed its end by this; rows that come"
                      + " later do not change it, and are counted.")
              .orElse("no window is final, and every row counts"),
          field(
                  "idle",
                  SPAN,
                  "A partition whose newest record is so much older than the newest of all, or that has"
                      + " no rows, keeps no window from being final.")
              .orElse("each partition does"),
          field("every", SPAN, "Least time between two commits of a running job to the table.")
              .orElse("after every commit to silver"),
          field("keep", SPAN, "Windows that are further behind the newest event time are removed.")
              .orElse("for ever"));

  private static final Block BRONZE =
      Block.of(
          "bronze",
          "The table of rows as they came.",
          field(
              "partition",
              TEXTS,
              "A wire column, `_record_time` or `_ingested_at`, or `year`, `month`, `day` or `hour` of"
                  + " one: `day(_record_time)`."));

  /** {@code datasets/*.yml}. */
  static final Block DATASET =
      Block.of(
          "dataset",
          "One stream: what is on the wire, and what the tables make of it.",
          text("dataset", "Dotted name, for example `taxi.trips`.").required(),
          text("table", "Name of its tables.").orElse("the last part of `dataset`"),
          text("doc", "What it means.").or(""),
          block("source", SOURCE, "Where the records come from.").required(),
          field("freshness", SPAN, "How often a running job commits, so that rows can be read.")
              .orElse("`engine.commit-interval`"),
          block("dead-letters", DEAD_LETTERS, "Where records go that cannot be decoded.")
              .orElse("its defaults"),
          block("quarantine", QUARANTINE, "How many rows may be; without it any number."),
          block("time", TIME, "Event time; without it nothing is late."),
          blocks("columns", COLUMN, "What is on the wire, in order.").required(),
          option("unknown-fields", UnknownFields.values(), "What happens to undeclared fields.")
              .or("keep"),
          field("nulls", TEXTS, "Texts that mean \"no value\"."),
          blocks("derive", DERIVED, "Silver columns computed from the others."),
          blocks("rules", RULE, "Rules of quality."),
          block("dedup", DEDUP, "Which rows are the same row; without it every row stays."),
          block("key", KEY, "A surrogate key."),
          field(
              "partition",
              TEXTS,
              "A column, or `year`, `month`, `day` or `hour` of one: `day(at)`."),
          block("bronze", BRONZE, "The table of rows as they came.").orElse("its defaults"),
          block("history", HISTORY, "A history of silver; without it none is kept."),
          blocks("live", LIVE, "Aggregates over windows of silver, kept up to date."),
          blocks("privacy", PRIVACY, "Personal data that never reaches silver."));

  private Vocabulary() {}

  /** What a NULL of a rule counts as. */
  enum Nulls {
    VIOLATE,
    PASS
  }
}

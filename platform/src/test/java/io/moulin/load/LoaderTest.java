package io.moulin.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.TopicSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Loads files into a real broker and reads back what is there. */
class LoaderTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  private final TestBroker broker = TestBroker.shared();
  private final String name = "t" + UUID.randomUUID().toString().substring(0, 8);
  private final List<LoadSummary> summaries = new ArrayList<>();
  private final Path project;

  LoaderTest(@TempDir Path project) {
    this.project = project;
    broker.create(new TopicSpec(name + ".raw", 3, Duration.ofDays(1)));
    broker.create(new TopicSpec(name + ".dlq", 1, Duration.ofDays(1)));
  }

  private LoadSummary load(DatasetSpec dataset, Path file) {
    return load(LoadRequest.of(dataset, file));
  }

  private LoadSummary load(LoadRequest request) {
    return new Loader(project, broker, CLOCK)
        .load(
            request,
            new LoadListener() {
              @Override
              public void finished(LoadSummary summary) {
                summaries.add(summary);
              }
            });
  }

  private Datasets dataset() {
    return Datasets.named(name)
        .column("id", "long")
        .column("at", "timestamp")
        .column("amount", "double")
        .column("ok", "boolean")
        .column("note", "string");
  }

  private Path write(String file, String... lines) throws IOException {
    return Files.writeString(project.resolve(file), String.join("\n", lines) + "\n");
  }

  private Path parquet(String file, String select) throws Exception {
    Path path = project.resolve(file);
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("COPY (%s) TO '%s' (FORMAT parquet)".formatted(select, path));
    }
    return path;
  }

  private List<String> values(String topic) {
    return broker.read(topic).stream()
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .toList();
  }

  private List<String> keys() {
    return broker.read(name + ".raw").stream()
        .map(ConsumerRecord::key)
        .map(key -> key == null ? "none" : HexFormat.of().formatHex(key))
        .toList();
  }

  @Test
  void csvBecomesOneObjectALine() throws Exception {
    Path file =
        write(
            "a.csv",
            "\ufeffid,at,amount,ok,note",
            "1,2024-01-01T00:32:47,24.18,true,\"two\nlines, \"\"quoted\"\"\"",
            "2,,1e3,False,",
            "x,yesterday,,maybe,null");
    LoadSummary summary = load(dataset().spec(), file);
    assertThat(summary.produced()).isEqualTo(3);
    assertThat(summary.warnings()).isEmpty();
    assertThat(values(name + ".raw"))
        .containsExactlyInAnyOrder(
            "{\"id\":1,\"at\":\"2024-01-01T00:32:47\",\"amount\":24.18,\"ok\":true,"
                + "\"note\":\"two\\nlines, \\\"quoted\\\"\"}",
            "{\"id\":2,\"at\":null,\"amount\":1e3,\"ok\":false,\"note\":\"\"}",
            "{\"id\":\"x\",\"at\":\"yesterday\",\"amount\":null,\"ok\":\"maybe\",\"note\":\"null\"}");
  }

  @Test
  void jsonLinesPassByteForByte() throws Exception {
    byte[] bad = {'{', '"', (byte) 0xff, '"', '}'};
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write("{ \"id\" : 1.0 }\r\n\n{broken\n[1]\n".getBytes(StandardCharsets.UTF_8));
    bytes.write(bad);
    Path file = Files.write(project.resolve("a.jsonl"), bytes.toByteArray());
    LoadSummary summary = load(dataset().key("id").spec(), file);
    assertThat(summary.produced()).isEqualTo(4);
    assertThat(summary.warnings()).containsExactly("1 empty lines are no rows");
    assertThat(broker.read(name + ".raw"))
        .anyMatch(record -> Arrays.equals(record.value(), bad) && record.key() == null);
    assertThat(values(name + ".raw")).contains("{ \"id\" : 1.0 }", "{broken", "[1]");
    assertThat(keys()).filteredOn("none"::equals).hasSize(3);
  }

  @Test
  void parquetTakesTheFormOfTheWire() throws Exception {
    Path file =
        parquet(
            "a.parquet",
            "SELECT 1.0::DOUBLE AS id, TIMESTAMP '2024-01-01 00:32:47.5' AS at,"
                + " 0.1::DOUBLE + 0.2 AS amount, true AS ok, 'é' AS note"
                + " UNION ALL SELECT 1.5, NULL, 'NaN', NULL, ''");
    LoadSummary summary = load(dataset().spec(), file);
    assertThat(summary.produced()).isEqualTo(2);
    assertThat(values(name + ".raw"))
        .containsExactlyInAnyOrder(
            "{\"id\":1,\"at\":\"2024-01-01T00:32:47.5\",\"amount\":0.30000000000000004,"
                + "\"ok\":true,\"note\":\"é\"}",
            "{\"id\":1.5,\"at\":null,\"amount\":\"NaN\",\"ok\":null,\"note\":\"\"}");
  }

  @Test
  void equalRowsHaveEqualKeysWhateverTheFile() throws Exception {
    DatasetSpec dataset = dataset().key("amount", "id", "at", "note").time("at", "iso").spec();
    load(
        dataset,
        write(
            "a.jsonl",
            "{\"id\":1,\"at\":\"2024-01-01T00:32:47\",\"amount\":24,\"note\":\"n\"}",
            "{\"note\":\"n\",\"amount\":2.40e1,\"at\":\"2024-01-01 00:32:47.000\",\"id\":1.0}"));
    load(dataset, write("a.csv", "note,id,amount,at", "n,1,24.00,2024-01-01T00:32:47Z"));
    load(
        dataset,
        parquet(
            "a.parquet",
            "SELECT 1::INTEGER AS id, TIMESTAMP '2024-01-01 00:32:47' AS at, 24::DOUBLE AS amount,"
                + " 'n' AS note"));
    assertThat(keys()).hasSize(4).doesNotContain("none");
    assertThat(keys().stream().distinct()).hasSize(1);
    assertThat(broker.read(name + ".raw").stream().map(ConsumerRecord::partition).distinct())
        .hasSize(1);
  }

  /** What it is worth is for the stream to say; what cannot be compared is a key by its text. */
  @Test
  void aNumberThatNothingHoldsIsProducedAsItIs() throws Exception {
    DatasetSpec dataset = dataset().key("id", "amount").spec();
    String row = "{\"id\":1e99999999999,\"amount\":-1e-99999999999}";
    LoadSummary summary = load(dataset, write("a.jsonl", row, row));
    assertThat(summary.produced()).isEqualTo(2);
    assertThat(values(name + ".raw")).containsExactly(row, row);
    assertThat(keys().stream().distinct()).hasSize(1).doesNotContain("none");
  }

  @Test
  void gzipIsUnpackedWhateverItsName() throws Exception {
    Path packed = project.resolve("a.csv");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write("id\n1\n2\n".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(load(dataset().spec(), packed).produced()).isEqualTo(2);
  }

  @Test
  void sameContentIsLoadedOnce() throws Exception {
    DatasetSpec dataset = dataset().spec();
    Path file = write("a.jsonl", "{\"id\":1}", "{\"id\":2}");
    load(dataset, file);
    LoadSummary second = load(dataset, Files.copy(file, project.resolve("copy.jsonl")));
    assertThat(second.alreadyLoaded()).isTrue();
    assertThat(second.produced()).isZero();
    assertThat(second.earlier())
        .isEqualTo(new LoadSummary.Earlier("2026-01-02T03:04:05Z", 2, 0, 0));
    LoadRequest again = new LoadRequest(dataset, file, Pace.burst(), 0, LoadRequest.Repeat.AGAIN);
    assertThat(load(again).produced()).isEqualTo(2);
    LoadRequest one = new LoadRequest(dataset, file, Pace.burst(), 1, LoadRequest.Repeat.SKIP);
    assertThat(load(one).produced()).isEqualTo(1);
    assertThat(load(one).alreadyLoaded()).isTrue();
    assertThat(values(name + ".raw")).hasSize(5);
    assertThat(LoadJournal.of(project).totals(name)).isEqualTo(new LoadJournal.Totals(5, 0, 3, 0));
  }

  @Test
  void brokenContractRowsAreDeadLettersAndFailTheLoad() throws Exception {
    Files.createDirectories(project.resolve("schemas"));
    write(
        "schemas/c.json",
        "{\"type\":\"object\",\"required\":[\"id\"],\"properties\":{\"id\":{\"type\":\"integer\"}}}");
    DatasetSpec dataset = dataset().contract("schemas/c.json").spec();
    Path file = write("a.jsonl", "{\"id\":1}", "{\"id\":\"x\"}", "{broken");
    assertThatThrownBy(() -> load(dataset, file))
        .isInstanceOfSatisfying(
            MoulinException.class, e -> assertThat(e.kind()).isEqualTo(MoulinException.Kind.CHECK))
        .hasMessage("2 rows of a.jsonl went to the dead letters, 0 are allowed");
    assertThat(summaries).hasSize(1);
    assertThat(summaries.get(0).produced()).isEqualTo(1);
    assertThat(summaries.get(0).invalid()).isEqualTo(2);
    assertThat(values(name + ".dlq"))
        .containsExactly(
            "{\"error\":\"$.id: string found, integer expected\",\"row\":{\"id\":\"x\"},"
                + "\"timestamp\":\"2026-01-02T03:04:05Z\"}",
            "{\"error\":\"not JSON: Unexpected character ('b' (code 98)): was expecting"
                + " double-quote to start field name in line 1\",\"row\":\"{broken\","
                + "\"timestamp\":\"2026-01-02T03:04:05Z\"}");
    assertThat(load(dataset().contract("schemas/c.json").maxDeadLetters(2).spec(), file))
        .satisfies(summary -> assertThat(summary.alreadyLoaded()).isTrue());
  }

  /** Every kind of bound that a schema can set, and numbers that no type of ours can hold. */
  @Test
  void aContractJudgesNumbersThatNothingHolds() throws Exception {
    Files.createDirectories(project.resolve("schemas"));
    write(
        "schemas/c.json",
        "{\"properties\":{\"id\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":9},"
            + "\"amount\":{\"type\":\"number\",\"multipleOf\":0.5,\"exclusiveMinimum\":0,"
            + "\"exclusiveMaximum\":9.5},\"note\":{\"enum\":[1,1.5]},\"ok\":{\"const\":2.5}}}");
    List<String> rows = new ArrayList<>();
    for (String number : List.of("1e400", "-1e400", "1e99999999999", "-1e99999999999")) {
      for (String column : List.of("id", "amount", "note", "ok")) {
        rows.add("{\"%s\":%s}".formatted(column, number));
      }
    }
    Path file = write("a.jsonl", rows.toArray(String[]::new));
    DatasetSpec dataset = dataset().contract("schemas/c.json").maxDeadLetters(rows.size()).spec();
    load(dataset, file);
    assertThat(summaries.get(0).invalid()).isEqualTo(rows.size());
    assertThat(values(name + ".dlq")).hasSize(rows.size());
  }

  @Test
  void rowsThatDoNotFitTheFormOfTheRecordsAreDeadLettersToo() throws Exception {
    RecordForm backwards =
        row -> {
          String text = new String(row, StandardCharsets.UTF_8);
          if (text.contains("x")) {
            throw new RecordForm.Unfit("it has an x");
          }
          return new StringBuilder(text).reverse().toString().getBytes(StandardCharsets.UTF_8);
        };
    Path file = write("a.jsonl", "{\"id\":1}", "{\"id\":\"x\"}", "{\"id\":2}");
    LoadSummary summary =
        load(
            new LoadRequest(
                dataset().maxDeadLetters(1).spec(),
                file,
                Pace.burst(),
                0,
                LoadRequest.Repeat.SKIP,
                backwards));
    assertThat(summary.produced()).isEqualTo(2);
    assertThat(summary.invalid()).isEqualTo(1);
    assertThat(summary.deadLetters()).isEqualTo(1);
    assertThat(values(name + ".raw")).containsExactlyInAnyOrder("}1:\"di\"{", "}2:\"di\"{");
    assertThat(values(name + ".dlq"))
        .containsExactly(
            "{\"error\":\"it has an x\",\"row\":{\"id\":\"x\"},"
                + "\"timestamp\":\"2026-01-02T03:04:05Z\"}");
  }

  @Test
  void rowTooLargeForTheBrokerIsADeadLetter() throws Exception {
    String large = "{\"note\":\"" + "x".repeat(TestBroker.LARGEST_RECORD) + "\"}";
    String random =
        HexFormat.of()
            .formatHex(
                new java.util.Random(7)
                    .ints(600_000)
                    .collect(
                        () -> new ByteArrayOutputStream(),
                        (out, i) -> {
                          out.write(i);
                          out.write(i >> 8);
                        },
                        (a, b) -> {})
                    .toByteArray());
    Path file =
        write("a.jsonl", "{\"id\":1}", large, "{\"note\":\"" + random + "\"}", "{\"id\":2}");
    LoadSummary summary = load(dataset().maxDeadLetters(1).spec(), file);
    // The first is large but lz4 makes it small; random text stays large.
    assertThat(summary.produced() + summary.deadLetters()).isEqualTo(4);
    assertThat(summary.deadLetters()).isEqualTo(1);
    assertThat(values(name + ".dlq").get(0)).contains("too large for the broker");
  }
}

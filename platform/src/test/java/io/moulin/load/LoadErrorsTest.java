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
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that cannot be loaded: a clear message, and nothing on the topic. */
class LoadErrorsTest {
  private final TestBroker broker = TestBroker.shared();
  private final String name = "e" + UUID.randomUUID().toString().substring(0, 8);
  private final Path project;

  LoadErrorsTest(@TempDir Path project) {
    this.project = project;
    broker.create(new TopicSpec(name + ".raw", 1, Duration.ofDays(1)));
    broker.create(new TopicSpec(name + ".dlq", 1, Duration.ofDays(1)));
  }

  @AfterEach
  void nothingWasProduced() {
    assertThat(broker.ends(name + ".raw")).containsEntry(0, 0L);
    assertThat(broker.ends(name + ".dlq")).containsEntry(0, 0L);
    assertThat(LoadJournal.of(project).totals(name)).isEqualTo(new LoadJournal.Totals(0, 0, 0, 0));
  }

  private Datasets dataset() {
    return Datasets.named(name).column("id", "long").required("note", "string");
  }

  private void refused(Path file, String message) {
    refused(dataset().spec(), file, message);
  }

  private void refused(DatasetSpec dataset, Path file, String message) {
    assertThatThrownBy(
            () ->
                new Loader(project, broker, Clock.systemUTC())
                    .load(LoadRequest.of(dataset, file), LoadListener.NONE))
        .isInstanceOfSatisfying(
            MoulinException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(MoulinException.Kind.USER);
              assertThat(e.fix()).isNotEmpty();
            })
        .hasMessageContaining(message);
  }

  private Path write(String file, String text) throws IOException {
    return Files.writeString(project.resolve(file), text);
  }

  @Test
  void filesThatAreNone() throws IOException {
    refused(project.resolve("none.csv"), "There is no file");
    refused(Files.createDirectory(project.resolve("folder.csv")), "is a directory");
    refused(write("empty.csv", ""), "is empty");
    refused(write("notes.txt", "id,note\n"), "does not know what notes.txt holds");
    refused(write("text.parquet", "id,note\n"), "does not begin with PAR1");
    refused(write("array.json", "\n [{\"id\":1}]"), "one JSON array");
  }

  @Test
  void truncatedParquet() {
    Path file = SharedData.file("taxi/TRUNCATED_yellow_tripdata_2024-01.parquet");
    refused(file, "is broken: Invalid Input Error: No magic bytes found at end of file");
  }

  @Test
  void truncatedGzip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      for (int i = 0; i < 10_000; i++) {
        out.write("{\"id\":%d}\n".formatted(i * 7919).getBytes(StandardCharsets.UTF_8));
      }
    }
    byte[] half = Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2);
    refused(Files.write(project.resolve("a.jsonl.gz"), half), "gzip data is cut off");
  }

  @Test
  void csvHeaders() throws IOException {
    refused(write("a.csv", "1,first\n2,second\n"), "has no column of dataset");
    refused(write("b.csv", "id;note\n1;x\n"), "has no column of dataset");
    refused(write("c.csv", "id\n1\n"), "lacks the required column note");
    refused(write("d.csv", "id,note,id\n1,x,2\n"), "two columns named 'id'");
    refused(write("e.csv", "\n\n"), "has no header");
  }

  @Test
  void csvLines() throws IOException {
    refused(write("a.csv", "id,note\n1,\"two\nlines\"\n2\n"), "Line 4 of");
    refused(write("b.csv", "id,note\n1,x\n2,y,z\n"), "it has 3 fields, the header has 2");
    refused(write("c.csv", "id,note\n1,x\n2,\"never closed\n3,z\n"), "Line 3 of");
    byte[] latin = "id,note\n1,x\n2,\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);
    refused(Files.write(project.resolve("d.csv"), latin), "is not UTF-8");
  }

  @Test
  void contracts() throws IOException {
    Path file = write("a.jsonl", "{\"id\":1}\n");
    refused(dataset().contract("none.json").spec(), file, "There is no contract none.json");
    write("text.json", "{\"type\": ");
    refused(dataset().contract("text.json").spec(), file, "it is not JSON");
    write("wrong.json", "{\"type\": \"objekt\"}");
    refused(dataset().contract("wrong.json").spec(), file, "is no JSON Schema: $.type");
    write("far.json", "{\"$ref\": \"http://localhost:1/x.json\"}");
    refused(dataset().contract("far.json").spec(), file, "nothing is fetched");
  }

  @Test
  void topicsThatAreNotThere() throws IOException {
    Path file = write("a.jsonl", "{\"id\":1}\n");
    DatasetSpec other = Datasets.named("nowhere").column("id", "long").spec();
    refused(other, file, "There is no topic 'nowhere.raw'");
  }

  @Test
  void paceWithoutEventTime() throws IOException {
    Path file = write("a.jsonl", "{\"id\":1}\n");
    LoadRequest request =
        new LoadRequest(
            dataset().spec(),
            file,
            new Pace.Realtime(1, Duration.ofSeconds(1)),
            0,
            LoadRequest.Repeat.SKIP);
    assertThatThrownBy(
            () -> new Loader(project, broker, Clock.systemUTC()).load(request, LoadListener.NONE))
        .hasMessageContaining("declares no event time");
  }
}

package io.moulin.load;

import io.moulin.load.file.DuckDb;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.TopicSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;

/** A project folder and topics of its own on the real broker, to load into. */
final class LoadTarget {
  static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  private final TestBroker broker = TestBroker.shared();
  private final String name = "f" + UUID.randomUUID().toString().substring(0, 8);
  private final Path project;

  /** Topics of one partition, so that the records are in the order of the file. */
  LoadTarget(Path project) {
    this.project = project;
    broker.create(new TopicSpec(name + ".raw", 1, Duration.ofDays(1)));
    broker.create(new TopicSpec(name + ".dlq", 1, Duration.ofDays(1)));
  }

  Datasets dataset() {
    return Datasets.named(name);
  }

  LoadSummary load(DatasetSpec dataset, Path file) {
    return new Loader(project, broker, CLOCK)
        .load(LoadRequest.of(dataset, file), LoadListener.NONE);
  }

  List<String> values() {
    return broker.read(name + ".raw").stream()
        .map(record -> new String(record.value(), StandardCharsets.UTF_8))
        .toList();
  }

  long produced() {
    return broker.ends(name + ".raw").values().stream().mapToLong(Long::longValue).sum();
  }

  LoadJournal.Totals totals() {
    return LoadJournal.of(project).totals(name);
  }

  static void execute(String sql) throws Exception {
    try (Connection connection = DuckDb.open();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}

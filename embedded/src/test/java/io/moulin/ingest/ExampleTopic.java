package io.moulin.ingest;

import io.moulin.load.SharedData;
import io.moulin.load.file.ParquetRows;
import io.moulin.load.file.Rows;
import io.moulin.load.generate.GeneratedRows;
import io.moulin.load.trips.TripGenerator;
import io.moulin.manifest.ProjectReader;
import io.moulin.manifest.ProjectReading;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DedupSpec;
import io.moulin.spec.RuleSpec;
import io.moulin.spec.generate.GeneratorSpec;
import io.moulin.spec.project.ProjectSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The topic of an example's dataset: rows of its own generator, or real ones, in an order and at
 * times that are a function of a seed. Some are sent again after a while, so that dedup has to
 * remember and to forget.
 */
final class ExampleTopic {
  private static final Instant START = Instant.parse("2024-03-01T00:00:00Z");
  private static final Duration WITHOUT_DEDUP = Duration.ofHours(1);

  private final DatasetSpec dataset;
  private final Map<Integer, List<RawRecord>> partitions = new HashMap<>();

  private ExampleTopic(DatasetSpec dataset) {
    this.dataset = dataset;
  }

  /** The datasets of all examples, by {@code example/dataset}. */
  static Map<String, DatasetSpec> datasets() {
    Map<String, DatasetSpec> datasets = new HashMap<>();
    for (String example : List.of("taxi", "green", "payments", "events")) {
      for (DatasetSpec dataset : project(example).datasets()) {
        datasets.put(example + "/" + dataset.name(), dataset);
      }
    }
    return datasets;
  }

  /** A dataset of {@link #datasets()}. */
  static DatasetSpec dataset(String name) {
    DatasetSpec dataset = datasets().get(name);
    if (dataset == null) {
      throw new IllegalArgumentException("Invalid dataset: " + name);
    }
    return dataset;
  }

  private static ProjectSpec project(String example) {
    ProjectReading reading = reading(example);
    ProjectSpec project = reading.project();
    if (project == null) {
      throw new IllegalStateException("Cannot read the example: " + reading.diagnostics());
    }
    return project;
  }

  private static ProjectReading reading(String example) {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("mvnw")) && root.getParent() != null) {
      root = root.getParent();
    }
    return ProjectReader.read(
        root.resolve("examples").resolve(example), Optional.empty(), Map.of());
  }

  /**
   * Fills a topic.
   *
   * @param name {@code example/dataset}
   * @param dataset as the example declares it, or changed
   * @param folder for what a generator writes
   */
  static ExampleTopic of(String name, DatasetSpec dataset, int rows, Random random, Path folder)
      throws IOException {
    Duration within = dataset.dedup() == null ? WITHOUT_DEDUP : dataset.dedup().within();
    // Either all of it lies within the time that keys are remembered, or much of it does not.
    long span = (long) (within.toMillis() * (random.nextBoolean() ? 0.01 : 1.7));
    long step = Math.max(1, span / rows);
    String example = name.substring(0, name.indexOf('/'));
    List<byte[]> payloads =
        switch (example) {
          case "taxi" -> trips(rows, random, folder);
          case "green" -> green(rows, random, dataset);
          default -> generated(example, dataset, rows, step, random);
        };
    ExampleTopic topic = new ExampleTopic(dataset);
    for (int i = 0; i < payloads.size(); i++) {
      byte[] payload = payloads.get(random.nextInt(25) == 0 ? random.nextInt(i + 1) : i);
      long time = START.toEpochMilli() + i * step;
      topic.send(payload, time - random.nextInt((int) Math.min(60_000, step * 3 + 1)), random);
    }
    return topic;
  }

  private static List<byte[]> trips(int rows, Random random, Path folder) throws IOException {
    Path file = folder.resolve("trips.jsonl");
    new TripGenerator(rows, random.nextInt(), LocalDate.of(2024, 3, 1)).write(file);
    return lines(file);
  }

  private static List<byte[]> lines(Path file) throws IOException {
    List<byte[]> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
      lines.add(line.getBytes(StandardCharsets.ISO_8859_1));
    }
    return lines;
  }

  /** Some real rows in a row, from anywhere in the month. */
  private static List<byte[]> green(int rows, Random random, DatasetSpec dataset)
      throws IOException {
    Path file = SharedData.file("taxi/green_tripdata_2024-01.parquet");
    int skipped = random.nextInt(10_000);
    try (Rows source = new ParquetRows(file, dataset, List.of())) {
      for (int i = 0; i < skipped; i++) {
        source.next();
      }
      return some(source, rows);
    }
  }

  private static List<byte[]> generated(
      String example, DatasetSpec dataset, int rows, long stepMillis, Random random)
      throws IOException {
    GeneratorSpec declared =
        reading(example).generators().stream()
            .filter(generator -> generator.dataset().name().equals(dataset.name()))
            .findFirst()
            .orElseThrow();
    GeneratorSpec generator =
        new GeneratorSpec(
            declared.dataset(),
            random.nextInt(1_000_000),
            START,
            1_000.0 / stepMillis,
            declared.lets(),
            declared.shapes(),
            declared.faults(),
            declared.at());
    try (Rows source = new GeneratedRows(generator, 0, rows, List.of())) {
      return some(source, rows);
    }
  }

  private static List<byte[]> some(Rows source, int rows) throws IOException {
    List<byte[]> payloads = new ArrayList<>();
    while (payloads.size() < rows && source.next()) {
      payloads.add(source.value().clone());
    }
    return payloads;
  }

  /** Equal payloads mostly go to one partition, as the loader sees to. */
  private void send(byte[] payload, long recordTime, Random random) {
    int count = dataset.source().partitions();
    int partition =
        random.nextInt(10) == 0
            ? random.nextInt(count)
            : Math.floorMod(Arrays.hashCode(payload), count);
    List<RawRecord> records = partitions.computeIfAbsent(partition, p -> new ArrayList<>());
    records.add(new RawRecord(partition, records.size(), recordTime, null, payload));
  }

  Map<Integer, List<RawRecord>> partitions() {
    return partitions;
  }

  /** The dataset with another bound of dedup. */
  static DatasetSpec across(DatasetSpec dataset, DedupSpec.Across across) {
    DedupSpec dedup = dataset.dedup();
    return dedup == null
        ? dataset
        : with(
            dataset,
            dataset.rules(),
            new DedupSpec(dedup.key(), dedup.keep(), dedup.within(), across, dedup.at()));
  }

  static DatasetSpec with(DatasetSpec dataset, List<RuleSpec> rules, @Nullable DedupSpec dedup) {
    return new DatasetSpec(
        dataset.name(),
        dataset.table(),
        dataset.doc(),
        dataset.source(),
        dataset.freshness(),
        dataset.deadLetters(),
        dataset.quarantine(),
        dataset.time(),
        dataset.columns(),
        dataset.unknownFields(),
        dataset.nulls(),
        dataset.derived(),
        rules,
        dedup,
        dataset.key(),
        dataset.partition(),
        dataset.privacy(),
        dataset.bronzePartition(),
        null,
        List.of(),
        dataset.at());
  }
}

package io.moulin.control.generate;

import io.moulin.control.Loading;
import io.moulin.control.Project;
import io.moulin.control.Session;
import io.moulin.control.Witness;
import io.moulin.load.Generation;
import io.moulin.load.generate.GeneratedRows;
import io.moulin.load.generate.GeneratedRows.Made;
import io.moulin.load.generate.PlantedFile;
import io.moulin.spec.MoulinException;
import io.moulin.spec.generate.GeneratorSpec;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Generates rows: into the topics of their datasets, or into a file. */
public final class Generating {
  private final Clock clock;

  public Generating(Clock clock) {
    this.clock = clock;
  }

  /** How many rows. */
  public sealed interface Amount {
    /** So many, as fast as possible. */
    record Rows(long rows) implements Amount {}

    /** As many as come in a time; into topics in that time. */
    record Lasting(Duration time) implements Amount {}
  }

  /**
   * What differs from the generator's own words.
   *
   * @param from number of the first row
   */
  public record Changes(
      Optional<Long> seed, Optional<Double> rate, Optional<Instant> start, long from) {}

  /**
   * What was generated for a dataset.
   *
   * @param to the topic or the file
   * @param dead rows that do not fit the schema of the topic's records, and went to the dead
   *     letters
   * @param planted how many rows have which fault
   */
  public record Generated(
      String dataset, long rows, String to, long dead, double seconds, Map<String, Long> planted) {}

  /** Hears how it gets on. */
  public interface Listener {
    void progress(long rows, long total);
  }

  /** The generator of one dataset, or all of the project. */
  public List<GeneratorSpec> chosen(Project project, @Nullable String dataset) {
    List<GeneratorSpec> all = project.generators();
    if (all.isEmpty()) {
      throw MoulinException.user(
          "no-generator",
          "the project has no generators",
          "write one into generators/NAME.yml; 'moulin init --example payments' has some");
    }
    if (dataset == null) {
      return all;
    }
    String name = project.dataset(dataset).name();
    return List.of(
        all.stream()
            .filter(generator -> generator.dataset().name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    MoulinException.user(
                        "no-generator",
                        "dataset " + name + " has no generator",
                        all.stream()
                            .map(generator -> generator.dataset().name())
                            .collect(Collectors.joining(", ", "there are some for: ", "")))));
  }

  /**
   * Writes rows to a file as JSON lines, and beside it where each must end.
   *
   * @param planted file of what was planted
   */
  public Generated write(
      GeneratorSpec declared, Changes changes, Amount amount, Path file, Path planted) {
    long start = System.nanoTime();
    GeneratorSpec generator = changed(declared, changes);
    long count = rows(generator, amount);
    Map<String, Long> faults = new TreeMap<>();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
        PlantedFile notes = new PlantedFile(planted);
        GeneratedRows rows = new GeneratedRows(generator, changes.from(), count, List.of())) {
      while (rows.next()) {
        Made made = rows.made();
        out.write(rows.value());
        out.write('\n');
        notes.add(generator.dataset().name(), made);
        String fault = made.fault();
        if (fault != null) {
          faults.merge(fault, 1L, Long::sum);
        }
      }
    } catch (IOException e) {
      throw MoulinException.external(
          "disk",
          "cannot write %s: %s".formatted(file, e.getMessage()),
          "check its rights and the free space",
          e);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Generated(generator.dataset().name(), count, file.toString(), 0, seconds, faults);
  }

  /**
   * Sends rows to the topics of their datasets; those of several datasets side by side.
   *
   * @param planted file of what was planted
   */
  public List<Generated> send(
      Session session,
      List<GeneratorSpec> declared,
      Changes changes,
      Amount amount,
      Optional<Path> planted,
      Listener listener) {
    long start = System.nanoTime();
    Generation generation = new Generation(session.platform().topics(), clock);
    Generation.Speed speed =
        amount instanceof Amount.Lasting ? Generation.Speed.REALTIME : Generation.Speed.BURST;
    try (PlantedFile notes = planted.map(PlantedFile::new).orElse(null)) {
      List<Generation.Order> orders = new ArrayList<>();
      for (GeneratorSpec each : declared) {
        GeneratorSpec generator = changed(each, changes);
        orders.add(
            new Generation.Order(
                generator,
                changes.from(),
                rows(generator, amount),
                Loading.form(generator.dataset()),
                notes));
      }
      List<Generation.Sent> sent =
          seen(session, declared, () -> generation.send(orders, speed, listener::progress));
      double seconds = (System.nanoTime() - start) / 1e9;
      List<Generated> generated = new ArrayList<>();
      for (int i = 0; i < sent.size(); i++) {
        generated.add(
            new Generated(
                sent.get(i).dataset(),
                sent.get(i).rows(),
                declared.get(i).dataset().source().topic(),
                sent.get(i).dead(),
                seconds,
                sent.get(i).planted()));
      }
      return generated;
    }
  }

  private static List<Generation.Sent> seen(
      Session session, List<GeneratorSpec> declared, Supplier<List<Generation.Sent>> sending) {
    List<Witness.Work> works =
        declared.stream().map(each -> session.witness().generates(each.dataset())).toList();
    try {
      List<Generation.Sent> sent = sending.get();
      for (int i = 0; i < works.size(); i++) {
        works
            .get(i)
            .done(Loading.sent(declared.get(i).dataset(), sent.get(i).rows(), sent.get(i).dead()));
      }
      return sent;
    } catch (RuntimeException e) {
      works.forEach(work -> work.failed(String.valueOf(e.getMessage())));
      throw e;
    }
  }

  private static long rows(GeneratorSpec generator, Amount amount) {
    return amount instanceof Amount.Lasting lasting
        ? Generation.rows(generator, lasting.time())
        : ((Amount.Rows) amount).rows();
  }

  private static GeneratorSpec changed(GeneratorSpec generator, Changes changes) {
    return new GeneratorSpec(
        generator.dataset(),
        changes.seed().orElse(generator.seed()),
        changes.start().orElse(generator.start()),
        changes.rate().orElse(generator.rate()),
        generator.lets(),
        generator.shapes(),
        generator.faults(),
        generator.at());
  }
}

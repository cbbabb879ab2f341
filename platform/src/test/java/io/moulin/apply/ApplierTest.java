package io.moulin.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.moulin.plan.Actual;
import io.moulin.plan.Change;
import io.moulin.plan.Plan;
import io.moulin.plan.Planner;
import io.moulin.platform.FakePlatform;
import io.moulin.platform.Fault;
import io.moulin.spec.ColumnSpec;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.DeadLetterSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Place;
import io.moulin.spec.SourceSpec;
import io.moulin.spec.TypeParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ApplierTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2024-01-01T00:00:00Z"), ZoneOffset.UTC);
  private static final Place AT = Place.of("datasets/green.yml");
  private static final int MOST_TRIES = 500;

  private final FakePlatform platform = new FakePlatform();
  private Path file;
  private Applier applier;

  @BeforeEach
  void open(@TempDir Path folder) {
    file = folder.resolve(".moulin").resolve("journal");
    applier = new Applier(platform, Journal.at(file, CLOCK));
  }

  /** Columns are written {@code name type}, and silver is as the wire. */
  private static DatasetSpec dataset(int partitions, Duration retention, String... columns) {
    List<ColumnSpec> specs = new ArrayList<>();
    for (String column : columns) {
      String name = column.substring(0, column.indexOf(' '));
      String type = column.substring(column.indexOf(' ') + 1);
      specs.add(
          new ColumnSpec(
              name,
              TypeParser.parse(type),
              name,
              TypeParser.parse(type),
              "a " + type,
              false,
              false,
              List.of(),
              null,
              AT));
    }
    return new DatasetSpec(
        "taxi.green",
        "green",
        "",
        new SourceSpec("taxi.raw", partitions, retention, SourceSpec.Format.JSON, null),
        new DeadLetterSpec("taxi.raw.dlq", 1, Duration.ofDays(7), 0),
        null,
        specs,
        DatasetSpec.UnknownFields.IGNORE,
        List.of(),
        List.of(),
        List.of(),
        null,
        null,
        List.of(),
        List.of(),
        AT);
  }

  private static DatasetSpec first() {
    return dataset(2, Duration.ofDays(3), "id int", "fare decimal(8,2)");
  }

  private static DatasetSpec second() {
    return dataset(
        5, Duration.ofDays(7), "id long", "fare decimal(10,2)", "tip double", "tags list<string>");
  }

  private Plan plan(DatasetSpec dataset) {
    return Planner.plan(List.of(dataset), Survey.of(platform, List.of(dataset)));
  }

  @Test
  void makesWhatIsPlannedAndThenHasNothingToDo() throws IOException {
    Plan plan = plan(first());
    List<String> heard = new ArrayList<>();

    Outcome outcome = applier.apply(plan, change -> heard.add(change.target()));

    assertThat(outcome.done()).isEqualTo(plan.changes());
    assertThat(outcome.plan()).isEqualTo(plan.id());
    assertThat(outcome.resumed()).isEmpty();
    assertThat(heard).hasSize(6);
    assertThat(plan(first()).empty()).isTrue();
    assertThat(Files.readAllLines(file))
        .hasSize(12)
        .startsWith(
            "{\"at\":\"2024-01-01T00:00:00Z\",\"plan\":\"%s\",\"event\":\"start\",\"step\":1,\"change\":\"topic taxi.raw: create with 2 partitions, records kept for 3d\"}"
                .formatted(plan.id()));

    applier.apply(plan(second()));
    assertThat(plan(second()).empty()).isTrue();
  }

  @Test
  void anOldPlanDoesNoHarm() {
    Plan make = plan(first());
    applier.apply(make);
    Plan change = plan(second());
    applier.apply(change);

    applier.apply(make);
    applier.apply(change);

    assertThat(plan(second()).empty()).isTrue();
  }

  @Test
  void nothingIsMadeWhileAChangeIsRefused() {
    applier.apply(plan(first()));
    long lines = lines();
    Plan refused = plan(dataset(3, Duration.ofDays(3), "id string", "fare decimal(8,2)"));
    assertThat(refused.changes()).isNotEmpty();

    MoulinException failure =
        catchThrowableOfType(MoulinException.class, () -> applier.apply(refused));

    assertThat(failure.kind()).isEqualTo(MoulinException.Kind.USER);
    assertThat(failure.code()).isEqualTo("plan-refused");
    assertThat(failure).hasMessageStartingWith("Nothing was applied: 3 of the changes are refused");
    assertThat(lines()).isEqualTo(lines);
    assertThat(plan(first()).empty()).as("nothing has changed").isTrue();
  }

  private long lines() {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE", "AFTER"})
  void aFailureSaysWhereItIsAndTheNextApplyGoesOn(Fault fault) {
    platform.fail(operation -> operation.equals("create table bronze.green") ? fault : Fault.NONE);

    assertThatThrownBy(() -> applier.apply(plan(first())))
        .isInstanceOf(MoulinException.class)
        .hasMessage(
            "Apply stopped after 3 of 6 changes, at table bronze.green: create with 7 columns:"
                + " The fake failed to create table bronze.green");

    platform.fail(Fault.Source.NEVER);
    Outcome outcome = applier.apply(plan(first()));
    assertThat(outcome.resumed()).contains("table bronze.green: create with 7 columns");
    assertThat(outcome.done())
        .extracting(Change::target)
        .hasSize(fault == Fault.BEFORE ? 3 : 2)
        .endsWith("table quarantine.green", "table silver.green");
    assertThat(plan(first()).empty()).isTrue();
    assertThat(applier.apply(plan(second())).resumed()).isEmpty();
  }

  @Test
  void aJournalThatWasCutOffIsContinued() throws IOException {
    applier.apply(plan(first()));
    Journal journal = Journal.at(file, CLOCK);
    String odd = "table x: document column y: \"quoted\\\"\n\ttext";
    journal.write(new Journal.Entry("p", Journal.Event.START, 1, odd));
    Files.writeString(file, "{\"at\":\"2024-01-01T00:0", StandardOpenOption.APPEND);

    assertThat(journal.interrupted()).contains(odd);
    journal.write(new Journal.Entry("p", Journal.Event.END, 1, odd));
    assertThat(journal.interrupted()).isEmpty();
    assertThat(Files.readAllLines(file)).hasSize(15);
  }

  @Test
  void whateverFailsItConverges() {
    long seed = new Random().nextLong();
    System.out.println("ApplierTest.whateverFailsItConverges: seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 6; round++) {
      FakePlatform unreliable = new FakePlatform();
      unreliable.fail(operation -> fault(random));
      converge(unreliable, first());
      converge(unreliable, second());

      unreliable.fail(Fault.Source.NEVER);
      assertThat(Survey.of(unreliable, List.of(second())))
          .as("seed %s, round %s", seed, round)
          .isEqualTo(reliable());
    }
  }

  private static Fault fault(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> Fault.BEFORE;
      case 1 -> Fault.AFTER;
      default -> Fault.NONE;
    };
  }

  private void converge(FakePlatform unreliable, DatasetSpec dataset) {
    Applier trying = new Applier(unreliable, Journal.at(file, CLOCK));
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      try {
        Plan plan = Planner.plan(List.of(dataset), Survey.of(unreliable, List.of(dataset)));
        if (plan.empty()) {
          return;
        }
        trying.apply(plan);
      } catch (MoulinException e) {
        assertThat(e.kind()).isEqualTo(MoulinException.Kind.EXTERNAL);
      }
    }
    throw new AssertionError("No end after " + MOST_TRIES + " tries");
  }

  /** What exists when nothing fails. */
  private Actual reliable() {
    FakePlatform calm = new FakePlatform();
    for (DatasetSpec dataset : List.of(first(), second())) {
      new Applier(calm, Journal.at(file, CLOCK))
          .apply(Planner.plan(List.of(dataset), Survey.of(calm, List.of(dataset))));
    }
    return Survey.of(calm, List.of(second()));
  }
}

package io.moulin.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The import table of the design: which package may use which, and what from outside. */
class ArchitectureTest {
  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.moulin");

  private static final List<String> JDK = List.of("java..", "javax..", "org.jspecify..");
  private static final List<String> LOG = List.of("org.slf4j..");
  private static final List<String> KAFKA = List.of("org.apache.kafka..");
  private static final List<String> ICEBERG = List.of("org.apache.iceberg..");
  private static final List<String> FLINK = List.of("org.apache.flink..");
  private static final List<String> DUCKDB = List.of("org.duckdb..");
  private static final List<String> AVRO = List.of("org.apache.avro..");
  private static final List<String> JACKSON = List.of("com.fasterxml.jackson..");

  private static final String JOB_RULE =
      "code that runs inside Flink sees the vocabulary and the job's own parts only; what decides or"
          + " starts belongs in platform or control";

  /**
   * One row of the table.
   *
   * @param in the package, without {@code io.moulin}
   * @param ours what it may use of ours
   * @param outside what it may use besides the JDK
   */
  record Row(String in, List<String> ours, List<List<String>> outside, String because) {
    @Override
    public String toString() {
      return in;
    }
  }

  static List<Row> table() {
    return Stream.of(text(), jobs(), platform(), program(), events())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Row> text() {
    return List.of(
        new Row(
            "spec",
            List.of(),
            List.of(),
            "spec is the shared vocabulary: what reads text belongs in manifest, what compares in"
                + " plan, what acts in platform"),
        new Row(
            "manifest",
            List.of("spec"),
            List.of(List.of("org.snakeyaml.engine..")),
            "manifest turns text into spec and does nothing else: what needs a broker, a catalog or"
                + " SQL belongs in platform or jobs"),
        new Row(
            "plan",
            List.of("spec"),
            List.of(),
            "plan is a pure function of spec and actual: what reads the actual state belongs in"
                + " platform, what makes changes in apply"));
  }

  private static List<Row> jobs() {
    return List.of(
        new Row(
            "job",
            List.of(
                "spec", "decode", "ingest", "commit", "compact", "follow", "history", "live",
                "parquet"),
            List.of(FLINK, ICEBERG, KAFKA, DUCKDB, LOG),
            JOB_RULE),
        new Row(
            "decode", List.of("spec", "job"), List.of(JACKSON, AVRO, FLINK, DUCKDB, LOG), JOB_RULE),
        new Row(
            "duck",
            List.of("spec"),
            List.of(DUCKDB, JACKSON),
            "duck is the engine and what it says of SQL: what rows mean belongs in ingest or model"),
        new Row(
            "parquet",
            List.of("spec", "duck"),
            List.of(ICEBERG, DUCKDB, LOG),
            "parquet writes rows as files and knows nothing of what they mean: that belongs in ingest"
                + " or model"),
        new Row(
            "ingest",
            List.of("spec", "job", "decode", "commit", "parquet", "duck"),
            List.of(FLINK, ICEBERG, KAFKA, DUCKDB, JACKSON, LOG),
            JOB_RULE),
        new Row(
            "commit",
            List.of("spec", "job", "parquet"),
            List.of(FLINK, ICEBERG, KAFKA, JACKSON, LOG),
            JOB_RULE),
        new Row(
            "compact",
            List.of("spec", "parquet", "ingest", "commit", "duck"),
            List.of(FLINK, ICEBERG, LOG),
            JOB_RULE),
        new Row(
            "follow",
            List.of("spec", "parquet", "ingest", "commit", "duck"),
            List.of(FLINK, ICEBERG, JACKSON, LOG),
            "what all that follows silver has in common: what rows mean belongs in history or live"),
        new Row(
            "history",
            List.of("spec", "parquet", "ingest", "follow", "duck"),
            List.of(ICEBERG),
            JOB_RULE),
        new Row(
            "live",
            List.of("spec", "parquet", "ingest", "follow", "duck"),
            List.of(ICEBERG, JACKSON),
            JOB_RULE));
  }

  private static List<Row> platform() {
    return List.of(
        new Row(
            "platform",
            List.of("spec", "plan"),
            List.of(KAFKA, ICEBERG, LOG),
            "platform says what there is and makes single changes: the order of changes belongs in"
                + " plan, carrying them out in apply, what users ask for in control"),
        new Row(
            "apply",
            List.of("spec", "plan", "platform"),
            List.of(JACKSON, LOG),
            "apply carries out a plan through Platform: a client of a broker or catalog belongs in"
                + " platform"),
        new Row(
            "load",
            List.of("spec", "platform", "duck"),
            List.of(
                KAFKA,
                DUCKDB,
                AVRO,
                JACKSON,
                List.of("com.networknt..", "de.siegmar.fastcsv.."),
                LOG),
            "load moves rows from files to topics: tables belong in platform, progress bars in"
                + " cli"),
        new Row(
            "sql",
            List.of("spec", "platform", "parquet", "duck"),
            List.of(ICEBERG, DUCKDB, JACKSON, LOG),
            "sql answers queries over tables: how answers look belongs in cli"),
        new Row(
            "model",
            List.of("spec", "platform", "sql", "parquet", "duck"),
            List.of(ICEBERG, DUCKDB, JACKSON, List.of("de.siegmar.fastcsv..", "j2html.."), LOG),
            "model makes tables of tables: what a stream does belongs in jobs, how results look in cli"),
        new Row(
            "embedded",
            List.of("spec", "plan", "platform", "job", "ingest", "commit"),
            List.of(
                KAFKA,
                FLINK,
                ICEBERG,
                JACKSON,
                List.of("kafka..", "com.sun.net.httpserver..", "org.sqlite..", "scala.."),
                LOG),
            "embedded starts things, gives their addresses and stops them: logic belongs in platform,"
                + " jobs or control"));
  }

  private static List<Row> program() {
    return List.of(
        new Row(
            "control",
            List.of(
                "spec",
                "manifest",
                "plan",
                "platform",
                "apply",
                "load",
                "sql",
                "model",
                "job",
                "decode",
                "ingest",
                "commit",
                "follow",
                "live"),
            List.of(ICEBERG, LOG),
            "control is what users can ask for, on any platform: text and options belong in cli,"
                + " starting things in embedded, clients in platform"),
        new Row(
            "verify",
            List.of("control", "embedded", "platform", "load", "ingest", "commit", "spec"),
            List.of(KAFKA, ICEBERG, LOG),
            "verify runs the program as users do, and hurts it from outside: what the program needs"
                + " belongs in control or below, and may not know of verify"),
        new Row(
            "cli",
            List.of("control", "spec", "plan", "manifest"),
            List.of(List.of("picocli.."), JACKSON, LOG),
            "cli turns arguments into calls of control and values into text: what it wants to know"
                + " belongs into a value that control returns"),
        new Row(
            "http",
            List.of("control", "spec", "plan", "manifest"),
            List.of(List.of("com.sun.net.httpserver.."), JACKSON, LOG),
            "http serves what control can do and asks another process for it: what is asked for belongs"
                + " in control, how it looks in cli"),
        new Row(
            "server",
            List.of(
                "control",
                "lineage",
                "cli",
                "http",
                "embedded",
                "platform",
                "job",
                "ingest",
                "spec",
                "verify"),
            List.of(FLINK, LOG),
            "server wires: anything that decides belongs in control, anything that prints in cli"));
  }

  private static List<Row> events() {
    return List.of(
        new Row(
            "lineage",
            List.of("control", "model", "spec"),
            List.of(List.of("io.openlineage.."), LOG),
            "lineage puts into events what control says is done: what happens belongs in control, and"
                + " which column is made of which in model"));
  }

  @ParameterizedTest
  @MethodSource("table")
  void aPackageImportsOnlyWhatTheTableAllows(Row row) {
    String[] allowed =
        Stream.of(
                Stream.of("io.moulin." + row.in() + ".."),
                row.ours().stream().map(name -> "io.moulin." + name + ".."),
                JDK.stream(),
                row.outside().stream().flatMap(List::stream),
                Stream.of("")) // primitive types and their arrays
            .flatMap(names -> names)
            .toArray(String[]::new);

    classes()
        .that()
        .resideInAPackage("io.moulin." + row.in() + "..")
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(allowed))
        .because(row.because())
        .allowEmptyShould(true)
        .check(OURS);
  }

  @Test
  void everyPackageIsInTheTable() {
    Set<String> packages =
        OURS.stream()
            .map(type -> type.getPackage())
            .map(JavaPackage::getName)
            .collect(Collectors.toSet());

    assertThat(packages)
        .as("a new package needs a row in this table and a reason to exist")
        .isNotEmpty()
        .allMatch(
            name ->
                table().stream()
                    .map(row -> "io.moulin." + row.in())
                    .anyMatch(row -> name.equals(row) || name.startsWith(row + ".")));
  }
}

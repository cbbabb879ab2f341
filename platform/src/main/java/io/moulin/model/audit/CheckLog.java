package io.moulin.model.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.moulin.model.SqlNames;
import io.moulin.model.tables.Database;
import io.moulin.model.tables.Databases;
import io.moulin.model.tables.ModelCatalog;
import io.moulin.model.tables.Published;
import io.moulin.model.tables.SmallFiles;
import io.moulin.parquet.ManifestThreads;
import io.moulin.parquet.ParquetOut;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.MoulinException;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.PartitionSpec.Transform;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec.FieldSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DeleteFiles;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.expressions.Expressions;

/** Keeps what came of checks in tables, for as long as somebody may want to know. */
public final class CheckLog {
  private static final String RESULTS = "checks.results";
  private static final String FAILURES = "checks.failures";

  /** What is older is deleted. */
  private static final int DAYS = 90;

  /** What was found good, in the summary of the newest snapshot of the results. */
  private static final String PASSED = "moulin.checks.passed";

  /** The day that a snapshot's rows are of, in its summary. */
  private static final String OF_DAY = "moulin.checks.day";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<TreeMap<String, Marks.Mark>> MARKS = new TypeReference<>() {};

  private static final String DAY = "day";
  private static final List<PartitionSpec> PARTITION =
      List.of(new PartitionSpec(DAY, Transform.IDENTITY));

  private static final List<FieldSpec> RESULT_FIELDS =
      List.of(
          FieldSpec.optional(DAY, Scalar.DATE, "day of the build, in UTC"),
          FieldSpec.optional("checked_at", Scalar.TIMESTAMPTZ, "when the build began"),
          FieldSpec.optional("build", Scalar.STRING, "the build, as snapshots name it"),
          FieldSpec.optional("model", Scalar.STRING, "the table that was checked"),
          FieldSpec.optional("check_name", Scalar.STRING, "the check"),
          FieldSpec.optional("result", Scalar.STRING, "passed, warned or failed"),
          FieldSpec.optional("failing_rows", Scalar.LONG, "how many rows fail"));

  private static final List<FieldSpec> FAILURE_FIELDS =
      List.of(
          FieldSpec.optional(DAY, Scalar.DATE, "day of the build, in UTC"),
          FieldSpec.optional("checked_at", Scalar.TIMESTAMPTZ, "when the build began"),
          FieldSpec.optional("build", Scalar.STRING, "the build, as snapshots name it"),
          FieldSpec.optional("model", Scalar.STRING, "the table that was checked"),
          FieldSpec.optional("check_name", Scalar.STRING, "the check"),
          FieldSpec.optional("failing_row", Scalar.STRING, "a row that fails, as JSON"));

  private final ModelCatalog catalog;
  private final Databases databases;

  public CheckLog(ModelCatalog catalog, Databases databases) {
    this.catalog = catalog;
    this.databases = databases;
  }

  /** The tables in which it is kept. */
  public static List<String> tables() {
    return List.of(RESULTS, FAILURES);
  }

  /** What builds have found good, by table or query. */
  public Map<String, Marks.Mark> passed() {
    Snapshot snapshot = catalog.load(RESULTS).map(Table::currentSnapshot).orElse(null);
    String marks = snapshot == null ? null : snapshot.summary().get(PASSED);
    try {
      return marks == null ? Map.of() : JSON.readValue(marks, MARKS);
    } catch (JsonProcessingException e) {
      return Map.of(); // whoever wrote it, it was no build: everything is checked again
    }
  }

  /**
   * Appends the results of a build.
   *
   * @param passed what it has found good
   */
  public void append(
      String build, Instant at, List<Result> results, Map<String, Marks.Mark> passed) {
    Map<String, Marks.Mark> marks = new TreeMap<>(passed());
    marks.putAll(passed);
    LocalDate day = at.atZone(ZoneOffset.UTC).toLocalDate();
    String common = "DATE '%s', TIMESTAMPTZ '%s', %s".formatted(day, at, Sql.text(build));
    List<String> rows = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (Result result : results) {
      String of = Sql.text(result.table()) + ", " + Sql.text(result.check());
      String verdict = Sql.text(result.verdict().name().toLowerCase(Locale.ROOT));
      rows.add("(%s, %s, %s, %d)".formatted(common, of, verdict, result.failing()));
      for (String sample : result.samples()) {
        failures.add("(%s, %s, %s)".formatted(common, of, Sql.text(sample)));
      }
    }
    Map<String, String> summary = Map.of(Published.BUILD, build, OF_DAY, day.toString());
    Map<String, String> withMarks = new HashMap<>(summary);
    withMarks.put(PASSED, json(marks));
    write(RESULTS, RESULT_FIELDS, rows, withMarks, day);
    write(FAILURES, FAILURE_FIELDS, failures, summary, day);
  }

  private static String json(Map<String, Marks.Mark> marks) {
    try {
      return JSON.writeValueAsString(marks);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + marks, e);
    }
  }

  private void write(
      String fullName,
      List<FieldSpec> fields,
      List<String> rows,
      Map<String, String> summary,
      LocalDate day) {
    if (rows.isEmpty()) {
      return;
    }
    Table before = catalog.load(fullName).orElse(null);
    Snapshot last = before == null ? null : before.currentSnapshot();
    boolean newDay = last == null || !day.toString().equals(last.summary().get(OF_DAY));
    int today = (int) day.toEpochDay();
    Transaction change = catalog.beginOwn(fullName, fields, PARTITION);
    Table table = change.table();
    try (Database database = databases.open(List.of(), List.of())) {
      ParquetOut out = new ParquetOut(fields, PARTITION, table, ParquetOut.Rows.COMPUTED);
      String names =
          String.join(", ", fields.stream().map(field -> Sql.name(field.name())).toList());
      String query =
          "SELECT %s FROM (VALUES %s) AS t(%s)"
              .formatted(SqlNames.typed(fields), String.join(", ", rows), names);
      String name = summary.get(Published.BUILD) + "-" + fullName.replace('.', '-');
      if (newDay && before != null) {
        new SmallFiles(databases, out, DAY).merge(change, before, fullName, today, name);
      }
      AppendFiles append = change.newAppend().scanManifestsWith(ManifestThreads.of(table));
      summary.forEach(append::set);
      Path folder = databases.folder().resolve(name);
      out.writePart(database.duck(), query, folder, name, today)
          .dataFiles(table)
          .forEach(append::appendFile);
      append.commit();
      if (newDay) { // then the oldest day is one more behind
        DeleteFiles delete =
            change
                .newDelete()
                .scanManifestsWith(ManifestThreads.of(table))
                .deleteFromRowFilter(Expressions.lessThan(DAY, today - DAYS));
        summary.forEach(delete::set); // it is the last of the two, and the current one
        delete.commit();
      }
      change.commitTransaction();
    } catch (SQLException | IOException e) {
      throw MoulinException.external(
          "check-log",
          "Cannot keep the results of checks: " + e.getMessage(),
          "check that the warehouse is writable",
          e);
    }
  }
}

package io.moulin.model.build;

import io.moulin.parquet.ParquetOut;
import io.moulin.spec.DataType.Scalar;
import io.moulin.spec.MoulinException;
import io.moulin.spec.PartitionSpec;
import io.moulin.spec.PartitionSpec.Transform;
import io.moulin.spec.Sql;
import io.moulin.spec.TableSpec.FieldSpec;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.Table;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.expressions.Expressions;

/** Keeps what came of checks in tables, for as long as somebody may want to know. */
final class CheckLog {
  static final String RESULTS = "checks.results";
  static final String FAILURES = "checks.failures";

  /** What is older is deleted. */
  private static final int DAYS = 90;

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
  private final Means means;

  CheckLog(ModelCatalog catalog, Means means) {
    this.catalog = catalog;
    this.means = means;
  }

  /** Appends the results of a build. */
  void append(String build, Instant at, List<Result> results) {
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
    write(RESULTS, RESULT_FIELDS, rows, build, day);
    write(FAILURES, FAILURE_FIELDS, failures, build, day);
  }

  private void write(
      String fullName, List<FieldSpec> fields, List<String> rows, String build, LocalDate day) {
    if (rows.isEmpty()) {
      return;
    }
    Transaction change = catalog.beginOwn(fullName, fields, PARTITION);
    Table table = change.table();
    try (Database database = Database.open(means, List.of(), List.of(), List.of())) {
      ParquetOut out = new ParquetOut(fields, PARTITION, table, ParquetOut.Rows.STAGED);
      String names =
          String.join(", ", fields.stream().map(field -> Sql.name(field.name())).toList());
      String query = "SELECT * FROM (VALUES %s) AS t(%s)".formatted(String.join(", ", rows), names);
      String name = build + "-" + fullName.replace('.', '-');
      AppendFiles append = change.newAppend();
      out.write(database.duck(), query, means.folder().resolve(name), name)
          .dataFiles(table)
          .forEach(append::appendFile);
      append.set(Published.BUILD, build);
      append.commit();
      change
          .newDelete()
          .deleteFromRowFilter(Expressions.lessThan(DAY, (int) day.minusDays(DAYS).toEpochDay()))
          .commit();
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

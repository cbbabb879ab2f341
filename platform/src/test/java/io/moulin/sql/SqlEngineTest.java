package io.moulin.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.platform.IcebergSchemas;
import io.moulin.spec.Layer;
import io.moulin.spec.MoulinException;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.TypeParser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.RowDelta;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqlEngineTest {
  private static final Schema TRIPS =
      new Schema(
          NestedField.required(1, "id", Types.IntegerType.get()),
          NestedField.optional(2, "fare", Types.DecimalType.of(10, 2)));

  private Path folder;
  private RealTables tables;
  private SqlEngine engine;

  @BeforeEach
  void open(@TempDir Path temporary) {
    folder = temporary;
    tables = new RealTables(folder);
    engine =
        new SqlEngine(tables.catalog(), new QueryLimits(128L << 20, 2, folder.resolve("spill")));
  }

  @AfterEach
  void close() throws IOException {
    tables.close();
  }

  private List<String> rows(String sql) {
    return rows(sql, AsOf.NOW);
  }

  private List<String> rows(String sql, AsOf asOf) {
    Rows rows = new Rows();
    engine.query(sql, asOf, 1000, rows);
    return rows.rows;
  }

  private Table trips() {
    Table table = tables.create("silver.trips", TRIPS, "2");
    tables.append(table, "SELECT * FROM (VALUES (1, 1.50), (2, NULL)) t(id, fare)");
    return table;
  }

  @Test
  void readsTablesOfSeveralLayers() {
    trips();
    Table bronze = tables.create("bronze.trips", TRIPS, "2");
    tables.append(bronze, "SELECT 7 AS id, 2.00 AS fare");

    Rows rows = new Rows();
    QueryResult result =
        engine.query(
            "WITH b AS (SELECT count(*) AS n FROM bronze.trips)"
                + " SELECT id, fare, n FROM silver.trips, b ORDER BY id",
            AsOf.NOW,
            10,
            rows);

    assertThat(rows.columns).containsExactly("id INTEGER", "fare DECIMAL(10,2)", "n BIGINT");
    assertThat(rows.rows).containsExactly("1|1.50|1", "2|NULL|1");
    assertThat(result.rows()).isEqualTo(2);
    assertThat(result.truncated()).isFalse();
  }

  @Test
  void anEmptyTableHasItsColumns() {
    tables.create("silver.trips", TRIPS, "2");

    Rows rows = new Rows();
    engine.query("SELECT * FROM silver.trips", AsOf.NOW, 10, rows);

    assertThat(rows.columns).containsExactly("id INTEGER", "fare DECIMAL(10,2)");
    assertThat(rows.rows).isEmpty();
    assertThat(rows("SELECT count(*), sum(fare) FROM silver.trips")).containsExactly("0|NULL");
  }

  @Test
  void stopsAtTheLimitAndSaysSo() {
    trips();

    Rows rows = new Rows();
    assertThat(engine.query("FROM silver.trips", AsOf.NOW, 1, rows).truncated()).isTrue();
    assertThat(rows.rows).hasSize(1);
    assertThat(engine.query("FROM silver.trips", AsOf.NOW, 2, new Rows()).truncated()).isFalse();
    assertThat(engine.query("FROM silver.trips", AsOf.NOW, 0, new Rows()).truncated()).isTrue();
  }

  @Test
  void findsColumnsByFieldId() {
    Table table = trips();
    table
        .updateSchema()
        .renameColumn("fare", "price")
        .updateColumn("id", Types.LongType.get())
        .commit();
    table.updateSchema().addColumn("fare", Types.StringType.get()).commit();
    tables.append(table, "SELECT 3::BIGINT AS id, 9.00 AS price, 'flat' AS fare");

    assertThat(rows("SELECT id, price, fare FROM silver.trips ORDER BY id"))
        .containsExactly("1|1.50|NULL", "2|NULL|NULL", "3|9.00|flat");
  }

  @Test
  void aColumnThatTakesTheNameOfADroppedOneHasNoneOfItsValues() {
    Table table = trips();
    table.updateSchema().deleteColumn("fare").commit();
    table.updateSchema().addColumn("fare", Types.DecimalType.of(10, 2)).commit();
    tables.append(table, "SELECT 3 AS id, 9.00 AS fare");

    assertThat(rows("SELECT id, fare FROM silver.trips ORDER BY id"))
        .containsExactly("1|NULL", "2|NULL", "3|9.00");
  }

  @Test
  void theTypesOfTheTableCountNotThoseOfItsFirstFile() {
    Table table = tables.create("silver.trips", TRIPS, "2");
    tables.append(table, "SELECT 1 AS id, 1.5::DECIMAL(2,1) AS fare");
    tables.append(table, "SELECT 2 AS id, 12345678.25::DECIMAL(10,2) AS fare");

    assertThat(rows("SELECT id, fare FROM silver.trips ORDER BY id"))
        .containsExactly("1|1.50", "2|12345678.25");
  }

  @Test
  void columnsMayHaveNamesThatDifferInCaseOnlyFromVirtualOnes() {
    Schema schema =
        new Schema(
            Types.NestedField.optional(1, "Filename", Types.StringType.get()),
            Types.NestedField.optional(2, "a b", Types.IntegerType.get()));
    Table table = tables.create("silver.trips", schema, "2");
    tables.append(table, "SELECT 'x' AS \"Filename\", 1 AS \"a b\"");

    assertThat(rows("SELECT \"Filename\", \"a b\" FROM silver.trips")).containsExactly("x|1");
  }

  @Test
  void columnsMayHaveTheNamesOfVirtualOnes() {
    Schema schema =
        new Schema(
            NestedField.optional(1, "filename", Types.StringType.get()),
            NestedField.optional(2, "file_row_number", Types.LongType.get()));
    Table table = tables.create("bronze.files", schema, "2");
    DataFile data =
        tables.append(
            table, "SELECT 'f' || i AS filename, 100 + i AS file_row_number FROM range(3) t(i)");
    tables.deletePositions(table, data, 1);

    assertThat(rows("FROM bronze.files")).containsExactlyInAnyOrder("f0|100", "f2|102");
  }

  @Test
  void everyTypeIsRead() {
    List<FieldSpec> fields = new ArrayList<>();
    Map<String, String> values = new LinkedHashMap<>();
    values.put("boolean", "true");
    values.put("long", "9223372036854775807");
    values.put("float", "1.5::FLOAT");
    values.put("double", "'NaN'::DOUBLE");
    values.put("decimal(38,2)", "123456789012345678901234567890123456.78::DECIMAL(38,2)");
    values.put("date", "DATE '2024-02-29'");
    values.put("time", "TIME '10:00:00'");
    values.put("timestamp", "TIMESTAMP '2024-03-31 02:30:00'");
    values.put("timestamptz", "TIMESTAMPTZ '2024-03-31 02:30:00.123456+02:00'");
    values.put("binary", "'a\\x00\\xFF'::BLOB");
    values.put("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::UUID");
    values.put("list<string>", "['a\"', NULL]");
    values.put("map<string, long>", "MAP {'k': 2::BIGINT}");
    values.put(
        "struct<a: int, b: list<struct<c: date>>>", "{'a': 1, 'b': [{'c': DATE '2024-01-01'}]}");
    StringBuilder select = new StringBuilder("SELECT ");
    values.forEach(
        (type, value) -> {
          String name = "c" + fields.size();
          select.append(fields.isEmpty() ? "" : ", ").append(value).append(" AS ").append(name);
          fields.add(FieldSpec.optional(name, TypeParser.parse(type), ""));
        });
    Schema schema =
        IcebergSchemas.schema(new TableSpec("d", Layer.SILVER, "types", fields, List.of()));
    Table table = tables.create("silver.types", schema, "2");
    tables.append(table, select.toString());

    assertThat(rows("FROM silver.types"))
        .containsExactly(
            "true|9223372036854775807|1.5|NaN|123456789012345678901234567890123456.78|2024-02-29"
                + "|10:00:00|2024-03-31T02:30:00|2024-03-31T00:30:00.123456Z|a\\x00\\xFF"
                + "|a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11|[\"a\\\"\",null]|{\"k\":2}"
                + "|{\"a\":1,\"b\":[{\"c\":\"2024-01-01\"}]}");
  }

  @Test
  void readsLocationsHoweverTheyAreWritten() {
    Table table = trips();
    tables.append(table, "SELECT 3 AS id, 3.00 AS fare", "");
    tables.append(table, "SELECT 4 AS id, 4.00 AS fare", "file://");
    tables.append(table, "SELECT 5 AS id, 5.00 AS fare", "file://localhost");

    assertThat(rows("SELECT id FROM silver.trips ORDER BY id"))
        .containsExactly("1", "2", "3", "4", "5");
  }

  @Test
  void leavesOutRowsThatPositionDeletesName() {
    Table table = tables.create("silver.trips", TRIPS, "2");
    DataFile first = tables.append(table, "SELECT i AS id, 1.00 AS fare FROM range(5) t(i)");
    tables.append(table, "SELECT 10 + i AS id, 1.00 AS fare FROM range(3) t(i)");
    tables.deletePositions(table, first, 0, 3);
    tables.deletePositions(table, first, 4);

    assertThat(rows("SELECT id FROM silver.trips ORDER BY id"))
        .containsExactly("1", "2", "10", "11", "12");
    assertThat(engine.tables().get(0).rows()).isEqualTo(5);
  }

  @Test
  void leavesOutRowsThatDeletionVectorsName() throws IOException {
    Table table = tables.create("silver.trips", TRIPS, "3");
    DataFile first = tables.append(table, "SELECT i AS id, 1.00 AS fare FROM range(5) t(i)");
    DataFile second = tables.append(table, "SELECT 10 + i AS id, 1.00 AS fare FROM range(3) t(i)");
    BaseDVFileWriter writer =
        new BaseDVFileWriter(
            () -> table.io().newOutputFile("memory:/deletes.puffin"), location -> null);
    writer.delete(first.location(), 1, PartitionSpec.unpartitioned(), null);
    writer.delete(second.location(), 0, PartitionSpec.unpartitioned(), null);
    writer.delete(second.location(), 2, PartitionSpec.unpartitioned(), null);
    writer.close();
    RowDelta delta = table.newRowDelta();
    writer.result().deleteFiles().forEach(delta::addDeletes);
    delta.commit();

    assertThat(rows("SELECT id FROM silver.trips ORDER BY id"))
        .containsExactly("0", "2", "3", "4", "11");
  }

  @Test
  void equalityDeletesAreRefusedRatherThanIgnored() {
    Table table = trips();
    DeleteFile deletes =
        FileMetadata.deleteFileBuilder(table.spec())
            .ofEqualityDeletes(1)
            .withPath("file:" + folder.resolve("equality.parquet"))
            .withFormat("parquet")
            .withFileSizeInBytes(1)
            .withRecordCount(1)
            .build();
    table.newRowDelta().addDeletes(deletes).commit();

    assertThatThrownBy(() -> rows("FROM silver.trips"))
        .isInstanceOf(MoulinException.class)
        .hasMessageContaining("silver.trips has equality deletes");
  }

  @Test
  void readsTheStateOfASnapshotAndOfATime() {
    Table table = trips();
    Snapshot first = table.currentSnapshot();
    table.updateSchema().renameColumn("fare", "price").commit();
    tables.append(table, "SELECT 3 AS id, 3.00 AS price");

    String count = "SELECT count(*) FROM silver.trips";
    assertThat(rows(count)).containsExactly("3");
    assertThat(rows(count, AsOf.parse(Long.toString(first.snapshotId())))).containsExactly("2");
    assertThat(rows(count, new AsOf.Time(Instant.ofEpochMilli(first.timestampMillis()))))
        .containsExactly("2");
    // The columns are those of that moment too.
    assertThat(rows("SELECT sum(fare) FROM silver.trips", new AsOf.SnapshotId(first.snapshotId())))
        .containsExactly("1.50");
    assertThatThrownBy(() -> rows(count, AsOf.parse("12345")))
        .hasMessage("silver.trips has no snapshot 12345")
        .extracting("fix")
        .asString()
        .contains(Long.toString(first.snapshotId()));
    assertThatThrownBy(() -> rows(count, AsOf.parse("2001-01-01")))
        .hasMessage("silver.trips has no snapshot as old as 2001-01-01T00:00:00Z")
        .extracting("fix")
        .asString()
        .contains(Long.toString(first.snapshotId()));
  }

  @Test
  void listsTablesAndSnapshots() {
    Table table = trips();
    tables.append(table, "SELECT 3 AS id, 3.00 AS fare");
    tables.create("bronze.trips", TRIPS, "2");

    List<TableInfo> infos = engine.tables();
    assertThat(infos).extracting(TableInfo::name).containsExactly("bronze.trips", "silver.trips");
    assertThat(infos.get(0).lastCommit()).isEmpty();
    assertThat(infos.get(1).rows()).isEqualTo(3);
    assertThat(infos.get(1).files()).isEqualTo(2);
    assertThat(infos.get(1).snapshots()).isEqualTo(2);
    assertThat(infos.get(1).bytes()).isPositive();

    List<SnapshotInfo> snapshots = engine.snapshots("silver.trips");
    assertThat(snapshots).extracting(SnapshotInfo::rows).containsExactly(3L, 2L);
    assertThat(snapshots).extracting(SnapshotInfo::added).containsExactly(1L, 2L);
    assertThat(snapshots).extracting(SnapshotInfo::current).containsExactly(true, false);
    assertThat(snapshots.get(0).parent()).hasValue(snapshots.get(1).id());
    assertThat(rows("SHOW TABLES")).containsExactly("bronze.trips", "silver.trips");
  }
}

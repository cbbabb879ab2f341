package io.moulin.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.moulin.load.file.DuckDb;
import io.moulin.load.trips.TripFixture;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.Sql;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files as they come: odd names, values that are missing, damage, lines within quotes. */
class LoadFilesTest {
  private final LoadTarget target;
  private final Path folder;

  LoadFilesTest(@TempDir Path folder) {
    this.folder = folder;
    this.target = new LoadTarget(folder);
  }

  private static void copy(String select, Path file, String options) throws Exception {
    LoadTarget.execute(
        "COPY (%s) TO %s (FORMAT parquet%s)".formatted(select, Sql.text(file.toString()), options));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[a-z]",
        "*",
        "?",
        "a b",
        "it's",
        "say \"so\"",
        "{a,b}",
        "back\\slash",
        "~",
        "é%20#&;$x",
        "[*"
      })
  void namesAreTakenAsTheyAre(String odd) throws Exception {
    DatasetSpec dataset = target.dataset().column("id", "long").spec();
    Path within = Files.createDirectory(folder.resolve(odd));
    Path plain = folder.resolve("plain.parquet");
    copy("SELECT 1 AS id", plain, "");
    // What a pattern would match as well.
    Files.copy(plain, Files.createDirectory(folder.resolve("a")).resolve("a.parquet"));
    target.load(dataset, Files.move(plain, within.resolve(odd + ".parquet")));
    target.load(dataset, Files.writeString(within.resolve(odd + ".csv"), "id\n2\n"));
    target.load(dataset, Files.writeString(within.resolve(odd + ".jsonl"), "{\"id\":3}\n"));
    assertThat(target.values()).containsExactly("{\"id\":1}", "{\"id\":2}", "{\"id\":3}");
  }

  @Test
  void missingParquetValuesArriveAsNull() throws Exception {
    List<String> types =
        List.of(
            "DOUBLE",
            "FLOAT",
            "DECIMAL(10,2)",
            "INTEGER",
            "BIGINT",
            "HUGEINT",
            "BOOLEAN",
            "VARCHAR",
            "TIMESTAMP",
            "TIMESTAMP_NS",
            "TIMESTAMPTZ",
            "DATE",
            "TIME",
            "UUID",
            "BLOB",
            "INTEGER[]");
    List<String> wire =
        List.of(
            "double",
            "float",
            "decimal(10,2)",
            "int",
            "long",
            "decimal(38,0)",
            "boolean",
            "string",
            "timestamp",
            "timestamp",
            "timestamptz",
            "date",
            "time",
            "uuid",
            "binary",
            "list<int>");
    Datasets dataset = target.dataset();
    StringBuilder select = new StringBuilder("SELECT ");
    StringBuilder expected = new StringBuilder("{");
    for (int i = 0; i < types.size(); i++) {
      dataset.column("c" + i, wire.get(i));
      select.append(i == 0 ? "" : ", ").append("NULL::%s AS c%d".formatted(types.get(i), i));
      expected.append(i == 0 ? "" : ",").append("\"c%d\":null".formatted(i));
    }
    Path file = folder.resolve("nulls.parquet");
    copy(select.toString(), file, "");
    target.load(dataset.key("c0", "c1", "c2", "c8").spec(), file);
    assertThat(target.values()).containsExactly(expected.append('}').toString());
  }

  @Test
  void missingParquetValuesStandBetweenOthers() throws Exception {
    Path file = folder.resolve("some.parquet");
    copy(
        "SELECT CASE WHEN i % 2 = 0 THEN i / 2.0::DOUBLE END AS d,"
            + " CASE WHEN i % 2 = 1 THEN TIMESTAMP '1970-01-01 00:00:00' END AS t,"
            + " CASE WHEN i < 2 THEN 0 END AS n FROM range(4) r(i)",
        file, "");
    DatasetSpec dataset =
        target.dataset().column("d", "double").column("t", "timestamp").column("n", "int").spec();
    target.load(dataset, file);
    assertThat(target.values())
        .containsExactly(
            "{\"d\":0.0,\"t\":null,\"n\":0}",
            "{\"d\":null,\"t\":\"1970-01-01T00:00:00\",\"n\":0}",
            "{\"d\":1.0,\"t\":null,\"n\":null}",
            "{\"d\":null,\"t\":\"1970-01-01T00:00:00\",\"n\":null}");
  }

  @Test
  void parquetThatIsDamagedWithinSaysHowFarItCame() throws Exception {
    Path file = folder.resolve("damaged.parquet");
    copy(
        "SELECT i AS id, md5(i::VARCHAR) AS note FROM range(300000) r(i)",
        file,
        ", ROW_GROUP_SIZE 20480, COMPRESSION zstd");
    flip(file, 12);
    DatasetSpec dataset = target.dataset().column("id", "long").column("note", "string").spec();
    MoulinException failure =
        catchThrowableOfType(MoulinException.class, () -> target.load(dataset, file));
    assertThat(failure.kind()).isEqualTo(MoulinException.Kind.USER);
    assertThat(failure.code()).isEqualTo("file-broken");
    long produced = target.produced();
    assertThat(produced).isBetween(1L, 12L * 20480);
    assertThat(failure)
        .hasMessageStartingWith(file + " is broken: ")
        .hasMessageEndingWith(
            ": the load broke off after %d of 300000 rows were produced".formatted(produced));
    assertThat(failure.fix()).isEqualTo("fetch the file again: it is cut off or damaged");
    assertThat(target.totals()).isEqualTo(new LoadJournal.Totals(produced, 0, 0, 1));
  }

  /** Turns bytes around in the data of the second column of a row group. */
  private static void flip(Path file, int rowGroup) throws Exception {
    String where =
        "SELECT coalesce(dictionary_page_offset, data_page_offset), total_compressed_size"
            + " FROM parquet_metadata(%s) WHERE row_group_id = %d AND path_in_schema = 'note'";
    try (Connection connection = DuckDb.open();
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(where.formatted(Sql.text(file.toString()), rowGroup));
        RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      result.next();
      long middle = result.getLong(1) + result.getLong(2) / 2;
      byte[] some = new byte[1024];
      bytes.seek(middle);
      bytes.readFully(some);
      for (int i = 0; i < some.length; i++) {
        some[i] = (byte) ~some[i];
      }
      bytes.seek(middle);
      bytes.write(some);
    }
  }

  @Test
  void csvLinesWithinQuotesAreOneRow() throws IOException {
    String csv =
        "id,note\r\n1,\"first\r\nsecond\n\nfourth\"\r\n2,\"\n\"\r\n3,\"say \"\"so\"\",\nor not\"\r\n"
            + "4,plain";
    DatasetSpec dataset = target.dataset().column("id", "long").column("note", "string").spec();
    LoadSummary summary = target.load(dataset, Files.writeString(folder.resolve("a.csv"), csv));
    assertThat(summary.produced()).isEqualTo(4);
    assertThat(target.values())
        .containsExactly(
            "{\"id\":1,\"note\":\"first\\r\\nsecond\\n\\nfourth\"}",
            "{\"id\":2,\"note\":\"\\n\"}",
            "{\"id\":3,\"note\":\"say \\\"so\\\",\\nor not\"}",
            "{\"id\":4,\"note\":\"plain\"}");
  }

  @Test
  void theHundredTripsArriveAsTheyAre() {
    Path file = folder.resolve("trips.parquet");
    TripFixture.write(file);
    Datasets dataset = target.dataset();
    for (String column : List.of("VendorID", "PULocationID", "DOLocationID")) {
      dataset.column(column, "int");
    }
    dataset.column("tpep_pickup_datetime", "timestamp").column("total_amount", "double");
    LoadSummary summary =
        target.load(dataset.key("VendorID", "tpep_pickup_datetime", "total_amount").spec(), file);
    assertThat(summary.produced()).isEqualTo(TripFixture.ROWS);
    assertThat(target.values().stream().map(LoadFilesTest::sorted))
        .containsExactlyElementsOf(
            TripFixture.lines().stream().map(LoadFilesTest::sorted).toList());
  }

  /** The manifest orders the fields; no value of a trip has a comma in it. */
  private static List<String> sorted(String trip) {
    return Arrays.stream(trip.substring(1, trip.length() - 1).split(",")).sorted().toList();
  }
}

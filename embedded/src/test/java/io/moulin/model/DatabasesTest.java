package io.moulin.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.model.tables.Database;
import io.moulin.model.tables.Databases;
import io.moulin.model.tables.Input;
import io.moulin.model.tables.Means;
import io.moulin.sql.TablePlan;
import io.moulin.sql.TableView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.iceberg.Table;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engines of a build: what computations share, and what none of them can do. */
class DatabasesTest {
  private ModelBed bed;
  private Path folder;

  @BeforeEach
  void start(@TempDir Path temp) throws IOException, SQLException {
    folder = temp;
    bed = new ModelBed(temp.resolve("bed"));
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')");
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  private Databases databases(Path root) {
    return new Databases(
        new Means(256_000_000, 2, folder.resolve("build")), 2, () -> Set.of(root), List.of());
  }

  private TableView orders() {
    Table table = bed.table(ModelBed.SILVER);
    return new Input(ModelBed.SILVER, table, TablePlan.of(table)).view();
  }

  private static List<String> texts(Database database, String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    database.duck().query(sql, row -> texts.add(row.getString(1)));
    return texts;
  }

  @Test
  void eachComputationSeesItsOwnTablesByTheSameNames() throws SQLException, IOException {
    try (Databases databases = databases(folder);
        Database one = databases.open(List.of(orders()), List.of());
        Database other = databases.open(List.of(), List.of())) {
      assertThat(one.number("SELECT count(*) FROM silver.orders")).isEqualTo(1);
      assertThatThrownBy(() -> other.number("SELECT count(*) FROM silver.orders"))
          .hasMessageContaining("does not exist");
      one.duck().run("CREATE TABLE gold.daily AS SELECT 1 AS n");
      other.duck().run("CREATE TABLE gold.daily AS SELECT 2 AS n");
      assertThat(one.number("SELECT n FROM daily")).isEqualTo(1);
      assertThat(other.number("SELECT n FROM daily")).isEqualTo(2);
    }
  }

  @Test
  void nothingIsLeftOfOneThatIsClosed() throws SQLException, IOException {
    try (Databases databases = databases(folder)) {
      for (int i = 0; i < 3; i++) {
        try (Database database = databases.open(List.of(orders()), List.of())) {
          assertThat(
                  texts(
                      database,
                      "SELECT database_name FROM duckdb_databases() WHERE NOT internal ORDER BY 1"))
              .hasSize(2);
        }
      }
    }
  }

  @Test
  void theNextComputationTakesOverWhatIsThereAndSeesItsOwnRows() throws SQLException, IOException {
    try (Databases databases = databases(folder)) {
      Database first = databases.open(List.of(orders()), List.of());
      first.close();
      bed.orders("(2, 'b', 10, '2024-01-02 10:00:00')");

      try (Database second = databases.open(List.of(orders()), List.of())) {
        assertThat(second).isSameAs(first);
        assertThat(second.number("SELECT count(*) FROM silver.orders")).isEqualTo(2);
      }
    }
  }

  @Test
  void aTableWithOtherColumnsIsNotShownUnderViewsOfTheFormerOnes()
      throws SQLException, IOException {
    try (Databases databases = databases(folder)) {
      databases.open(List.of(orders()), List.of()).close();
      bed.table(ModelBed.SILVER).updateSchema().addColumn("more", Types.LongType.get()).commit();

      try (Database database = databases.open(List.of(orders()), List.of())) {
        assertThat(database.number("SELECT count(more) FROM silver.orders")).isZero();
      }
    }
  }

  @Test
  void tablesOutsideOfTheFoldersAreReadAllTheSame() throws SQLException, IOException {
    try (Databases databases = databases(folder.resolve("elsewhere"));
        Database database = databases.open(List.of(orders()), List.of())) {
      assertThat(database.number("SELECT count(*) FROM silver.orders")).isEqualTo(1);
    }
  }

  @Test
  void noOtherFilesAreRead() throws SQLException, IOException {
    Path secret = Files.writeString(folder.resolve("secret.csv"), "n\n1\n");
    String sql = "SELECT * FROM read_csv('" + secret + "')";
    try (Databases databases = databases(bed.data(ModelBed.SILVER));
        Databases elsewhere = databases(folder.resolve("elsewhere"));
        Database shared = databases.open(List.of(orders()), List.of());
        Database alone = elsewhere.open(List.of(orders()), List.of())) {
      for (Database database : List.of(shared, alone)) {
        assertThatThrownBy(() -> database.duck().run(sql)).hasMessageContaining("Permission Error");
        assertThatThrownBy(
                () -> database.duck().run("ATTACH '" + folder.resolve("evil.db") + "' AS evil"))
            .hasMessageContaining("Permission Error");
        assertThatThrownBy(() -> database.duck().run("SET enable_external_access = true"))
            .isInstanceOf(SQLException.class);
      }
    }
  }

  @Test
  void timesAreInUtcWhereverTheMachineIs() throws SQLException, IOException {
    try (Databases databases = databases(folder);
        Databases elsewhere = databases(folder.resolve("elsewhere"));
        Database shared = databases.open(List.of(), List.of());
        Database alone = elsewhere.open(List.of(orders()), List.of())) {
      for (Database database : List.of(shared, alone)) {
        assertThat(texts(database, "SELECT current_setting('TimeZone')")).containsExactly("UTC");
      }
    }
  }
}

package io.moulin.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.model.tables.ModelCatalog;
import io.moulin.sql.TablePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.apache.iceberg.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCatalogTest {
  private ModelBed bed;
  private ModelCatalog catalog;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException, SQLException {
    bed = new ModelBed(folder);
    bed.orders("(1, 'a', 10, '2024-01-01 10:00:00')");
    catalog = new ModelCatalog(bed.catalog());
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  @Test
  void whatWasPublishedIsKnownWithoutReadingIt() throws SQLException, IOException {
    Table before = catalog.load(ModelBed.SILVER).orElseThrow();
    bed.orders("(2, 'a', 10, '2024-01-02 10:00:00')");
    TablePlan claimed = TablePlan.none(before); // not so, which shows that nobody looks

    Table now = catalog.published(ModelBed.SILVER, before, claimed);

    assertThat(catalog.plan(ModelBed.SILVER, now).files()).isEmpty();
    assertThat(catalog.plan(ModelBed.SILVER, now).table()).isSameAs(now);
  }

  @Test
  void whatSomebodyElseHasPublishedBeforeItIsNotMissed() throws SQLException, IOException {
    Table before = catalog.load(ModelBed.SILVER).orElseThrow();
    TablePlan plan = catalog.plan(ModelBed.SILVER, before);
    bed.orders("(2, 'a', 10, '2024-01-02 10:00:00')"); // somebody else's
    bed.orders("(3, 'a', 10, '2024-01-03 10:00:00')");

    Table now = catalog.published(ModelBed.SILVER, before, plan);

    assertThat(catalog.plan(ModelBed.SILVER, now).files()).hasSize(3);
  }
}

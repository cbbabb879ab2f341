package io.moulin.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.moulin.model.docs.Page;
import io.moulin.model.docs.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where columns come from, and the site that says so. */
class LineageTest {
  @TempDir private Path folder;

  private ModelBed bed;

  @BeforeEach
  void start() throws IOException {
    bed = new ModelBed(folder);
    bed.file(
            "models/staging/stg_orders.sql",
            "SELECT id, customer AS who, amount * 2 AS twice, day FROM silver.orders\n")
        .file(
            "models/marts/spent.sql",
            "SELECT who, sum(twice) AS spent, 7 AS lucky FROM stg_orders GROUP BY who\n")
        .file("models/marts/top.sql", "SELECT max(spent) AS most FROM spent\n");
  }

  @AfterEach
  void stop() {
    bed.close();
  }

  @Test
  void aColumnDependsOnWhatIsReadForIt() {
    Lineage lineage = bed.lineage();

    assertThat(lineage.of("staging.stg_orders", "twice")).containsExactly("silver.orders.amount");
    assertThat(lineage.of("gold.spent", "who")).containsExactly("silver.orders.customer");
    assertThat(lineage.of("gold.spent", "spent"))
        .containsExactly("silver.orders.amount", "silver.orders.customer");
    assertThat(lineage.of("gold.top", "most")).containsExactly("gold.spent.spent");
  }

  @Test
  void theSiteShowsNamesAsTheyAre() throws IOException {
    Page page =
        new Page(
            "gold.odd",
            "model",
            "<script>alert('no')</script>",
            "",
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of("silver.orders"),
            List.of(),
            "SELECT '<b>' AS bold",
            Map.of(),
            List.of(),
            Map.of(),
            "");
    Path site = folder.resolve("site");

    new Site("shop", "today", List.of(page)).write(site);

    assertThat(Files.readString(site.resolve("gold.odd.html")))
        .contains("&lt;script&gt;", "&lt;b&gt;")
        .doesNotContain("<script>", "<b>");
    assertThat(Files.readString(site.resolve("index.html"))).contains("gold.odd.html");
  }
}

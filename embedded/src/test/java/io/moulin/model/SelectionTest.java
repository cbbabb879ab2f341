package io.moulin.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.moulin.model.build.Selection;
import io.moulin.spec.MoulinException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {
  private static final String ALL =
      "seeds.regions staging.stg_orders gold.customers gold.daily gold.total";

  private static Blueprint blueprint = Blueprint.EMPTY;

  @BeforeAll
  static void read(@TempDir Path folder) throws Exception {
    try (ModelBed bed = ModelBed.ofDays(folder)) {
      blueprint =
          bed.file("seeds/regions.csv", "region\nnorth\n")
              .file("seeds/regions.yml", "columns: [{name: region, type: string}]\n")
              .file(
                  "models/marts/core/customers.sql",
                  "/*\ntags: [core]\n*/\nSELECT DISTINCT customer FROM stg_orders\n")
              .blueprint();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "daily          | gold.daily",
        "gold.daily     | gold.daily",
        "+daily         | staging.stg_orders gold.daily",
        "daily+         | gold.daily gold.total",
        "+daily+        | staging.stg_orders gold.daily gold.total",
        "*aily          | gold.daily",
        "gold.*         | gold.customers gold.daily gold.total",
        "seeds          | seeds.regions",
        "marts          | gold.customers gold.daily gold.total",
        "marts/         | gold.customers gold.daily gold.total",
        "marts/core     | gold.customers",
        "models/staging | staging.stg_orders",
        "+marts/core    | staging.stg_orders gold.customers",
        "tag:core       | gold.customers",
        "+tag:core      | staging.stg_orders gold.customers",
        "silver.orders+ | staging.stg_orders gold.customers gold.daily gold.total",
      })
  void aTermMeans(String term, String names) {
    assertThat(Selection.of(term).in(blueprint)).containsExactlyInAnyOrder(names.split(" "));
  }

  @Test
  void severalTermsAddUpAndWhatIsExcludedIsNotThere() {
    assertThat(Selection.ALL.in(blueprint)).containsExactlyInAnyOrder(ALL.split(" "));
    assertThat(Selection.of("daily", "seeds").in(blueprint))
        .containsExactlyInAnyOrder("gold.daily", "seeds.regions");
    assertThat(new Selection(List.of(), List.of("marts", "seeds")).in(blueprint))
        .containsExactly("staging.stg_orders");
    assertThat(new Selection(List.of("marts"), List.of("daily+")).in(blueprint))
        .containsExactly("gold.customers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "totl           | There is no model, seed or folder of them 'totl'       | did you mean 'total'?",
        "nowhere        | 'nowhere'                                              | There are: regions, stg_orders",
        "mart           | 'mart'                                                 | a folder such as 'marts'",
        "x*             | 'x*'                                                   | There are",
        "''             | of them ''                                             | There are",
        "+              | of them ''                                             | There are",
        "tag:cor        | No model has the tag 'cor'                             | there are: core",
        "silver.orders  | silver.orders is filled by a stream, not built         | 'silver.orders+' means",
        "+silver.orders | silver.orders is filled by a stream, not built         | 'silver.orders+' means",
      })
  void aTermThatMeansNothingIsExplained(String term, String problem, String fix) {
    assertThatThrownBy(() -> Selection.of(term).in(blueprint))
        .isInstanceOf(MoulinException.class)
        .hasMessageContaining(problem)
        .satisfies(e -> assertThat(((MoulinException) e).fix()).contains(fix));
    assertThatThrownBy(() -> new Selection(List.of(), List.of(term)).in(blueprint))
        .hasMessageContaining(problem);
  }
}

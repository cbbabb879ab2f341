package io.moulin.model.dbt;

import io.moulin.spec.model.ModelSpec.Step;
import io.moulin.spec.model.SeedSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The files that are much the same for every project. */
final class DbtTexts {
  private static final String PROJECT =
      """
      name: %1$s
      version: "1.0.0"
      profile: %1$s
      model-paths: [models]
      seed-paths: [seeds]
      test-paths: [tests]
      macro-paths: [macros]
      vars:
        # 0: tables that Moulin computes by partition are computed as a whole. More: only so many days behind the newest, which is quicker, and
        # leaves rows that come later than that out.
        lookback_days: 0
      """;

  private static final String PROFILE =
      """
      %1$s:
        target: dev
        outputs:
          dev:
            type: duckdb
            path: %1$s.duckdb
            threads: 1
            settings: {TimeZone: UTC}
            plugins:
              - module: iceberg
                alias: moulin
                config:
                  catalog: moulin
                  type: rest
                  uri: "{{ env_var('MOULIN_CATALOG') }}"
      """;

  private static final String README =
      """
      # %1$s, for dbt
      Written by `moulin export dbt`: the models, seeds and checks of the project as a project for dbt with DuckDB. Run the export again after a change;
      what is changed here is not brought back.

      ```
      pip install "dbt-core~=1.11.0" dbt-duckdb "pyiceberg[pyarrow]" pytz
      moulin up --detach                            # in the project; prints the address of the catalog
      export MOULIN_CATALOG=http://127.0.0.1:PORT
      dbt build --profiles-dir .
      ```

      - **Sources** are the Iceberg tables of the streams, read through the REST catalog by PyIceberg. Each model or test that names one reads all of it.
      - **Results** are in `%1$s.duckdb`, not in the lakehouse: Moulin's own tables are left alone.
      - **Incremental models** are computed as a whole, because dbt does not know which partitions have changed. With `--vars '{lookback_days: 7}'` only
        the last days are; rows for older days are then left out, and no test says so.
      - **Snapshots** stay with Moulin: dbt reads them as sources, so `moulin build` comes first.
      - **Checks** are tests. Where dbt counts values and not rows, and limits are set, tests of `macros/moulin.sql` take its place.
      """;

  static final String MACROS =
      """
      {%- macro generate_schema_name(custom_schema_name, node) -%}
        {{ custom_schema_name or target.schema }}
      {%- endmacro %}

      {% test moulin_not_null(model, columns) %}
      SELECT * FROM {{ model }} WHERE {% for each in columns %}{{ each }} IS NULL{{ " OR " if not loop.last }}{% endfor %}
      {% endtest %}

      {% test moulin_unique(model, columns) %}
      SELECT * FROM {{ model }}
      WHERE {% for each in columns %}{{ each }} IS NOT NULL{{ " AND " if not loop.last }}{% endfor %}
      QUALIFY count(*) OVER (PARTITION BY {{ columns | join(", ") }}) > 1
      {% endtest %}

      {% test moulin_accepted_values(model, columns, values) %}
      SELECT * FROM {{ model }}
      WHERE CAST({{ columns[0] }} AS VARCHAR) NOT IN ({% for each in values %}'{{ each | string | replace("'", "''") }}'{{ ", " if not loop.last }}{% endfor %})
      {% endtest %}

      {% test moulin_relationships(model, columns, to, to_columns) %}
      SELECT f.* FROM {{ model }} AS f
      WHERE {% for each in columns %}f.{{ each }} IS NOT NULL AND {% endfor %}NOT EXISTS (
        SELECT 1 FROM {{ to }} AS t
        WHERE {% for each in columns %}t.{{ to_columns[loop.index0] }} = f.{{ each }}{{ " AND " if not loop.last }}{% endfor %}
      )
      {% endtest %}

      {% test moulin_expression(model, expect) %}
      SELECT * FROM {{ model }} WHERE ({{ expect }}
      ) IS NOT TRUE
      {% endtest %}

      {% test moulin_not_empty(model) %}
      SELECT 'no rows' AS problem WHERE NOT EXISTS (SELECT 1 FROM {{ model }})
      {% endtest %}

      {% test moulin_freshness(model, columns, seconds) %}
      SELECT newest FROM (SELECT max(CAST({{ columns[0] }} AS TIMESTAMPTZ)) AS newest FROM {{ model }})
      WHERE newest IS NULL OR newest < now() - to_seconds({{ seconds }})
      {% endtest %}

      {% test moulin_row_count_change(model, columns, share) %}
      WITH days AS (
        SELECT CAST({{ columns[0] }} AS DATE) AS day, count(*) AS n FROM {{ model }} WHERE {{ columns[0] }} IS NOT NULL GROUP BY ALL
      ),
      means AS (
        SELECT day, n, max(day) OVER () AS newest,
          avg(n) OVER (ORDER BY day RANGE BETWEEN INTERVAL 7 DAYS PRECEDING AND INTERVAL 1 DAY PRECEDING) AS mean
        FROM days
      )
      SELECT day, n, mean FROM means WHERE day = newest AND abs(n - mean) > mean * {{ share }}
      {% endtest %}
      """;

  private DbtTexts() {}

  static String readme(String name) {
    return README.formatted(name);
  }

  static String profile(String name) {
    return PROFILE.formatted(name);
  }

  /**
   * @param steps those that have models: dbt warns of settings for what is not there
   */
  static String project(String name, List<Step> steps, boolean hasSeeds) {
    String models =
        Arrays.stream(Step.values())
            .filter(steps::contains)
            .map(step -> "    %s: {+schema: %s}\n".formatted(step.folder(), step.namespace()))
            .collect(Collectors.joining());
    return PROJECT.formatted(name)
        + (models.isEmpty() ? "" : "models:\n  %s:\n%s".formatted(name, models))
        + (hasSeeds ? "seeds:\n  %s:\n    +schema: %s\n".formatted(name, SeedSpec.NAMESPACE) : "");
  }
}

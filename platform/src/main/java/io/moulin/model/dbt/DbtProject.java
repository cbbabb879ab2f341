package io.moulin.model.dbt;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.moulin.model.Blueprint;
import io.moulin.model.Blueprint.Singular;
import io.moulin.model.Node;
import io.moulin.spec.DataType;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.ModelSpec;
import io.moulin.spec.model.ModelSpec.Step;
import io.moulin.spec.model.ModelsSpec;
import io.moulin.spec.model.TableChecksSpec;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the models, seeds and checks of a project as a project for dbt with DuckDB. */
public final class DbtProject {
  private static final Set<DataType> TIMES =
      Set.of(DataType.Scalar.DATE, DataType.Scalar.TIMESTAMP, DataType.Scalar.TIMESTAMPTZ);

  private final String name;
  private final Blueprint blueprint;
  private final Map<String, TableSpec> streams = new TreeMap<>();
  private final Set<String> contracts;
  private final DbtNames names;
  private final DbtTests tests;
  private final DbtSql sql;
  private final DbtSeeds seeds;
  private final List<DbtFile> files = new ArrayList<>();

  private DbtProject(
      String project,
      List<DatasetSpec> datasets,
      ModelsSpec models,
      Blueprint blueprint,
      Connection duckdb) {
    this.name = identifier(project);
    this.blueprint = blueprint;
    for (DatasetSpec dataset : datasets) {
      dataset.everyTable().forEach(table -> streams.put(table.fullName(), table));
    }
    this.contracts =
        models.models().stream()
            .filter(ModelSpec::contract)
            .map(ModelSpec::fullName)
            .collect(Collectors.toSet());
    this.names = new DbtNames(datasets, blueprint);
    this.tests = new DbtTests(names);
    this.sql = new DbtSql(duckdb, names);
    this.seeds = new DbtSeeds(duckdb);
  }

  /**
   * The files of the project for dbt.
   *
   * @param project name of the project
   * @param models what was declared
   * @param blueprint what was understood of it
   */
  public static List<DbtFile> of(
      String project, List<DatasetSpec> datasets, ModelsSpec models, Blueprint blueprint) {
    if (blueprint.nodes().isEmpty()) {
      throw MoulinException.user(
          "no-models",
          "the project has no models and no seeds",
          "write one: models/marts/NAME.sql with a SELECT");
    }
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:")) {
      return new DbtProject(project, datasets, models, blueprint, duckdb).files();
    } catch (SQLException e) {
      throw MoulinException.internal("duckdb", "Cannot write for dbt: " + e.getMessage(), e);
    }
  }

  /** dbt names a project as it names a table. */
  private static String identifier(String project) {
    String name = project.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    return Character.isDigit(name.charAt(0)) ? "_" + name : name;
  }

  private List<DbtFile> files() throws SQLException {
    List<Step> steps = nodes(false).stream().flatMap(node -> node.step().stream()).toList();
    add("README.md", DbtTexts.readme(name));
    add("dbt_project.yml", DbtTexts.project(name, steps, !nodes(true).isEmpty()));
    add("profiles.yml", DbtTexts.profile(name));
    add("macros/moulin.sql", DbtTexts.MACROS);
    for (Node seed : nodes(true)) {
      add("seeds/" + seed.name() + ".csv", seeds.csv(seed));
    }
    for (Node model : nodes(false)) {
      add(model.at().file(), model(model));
    }
    for (Singular check : blueprint.singular()) {
      add("tests/" + check.spec().name() + ".sql", singular(check));
    }
    properties("seeds", "seeds/schema.yml", nodes(true), this::seedProperties);
    properties("models", "models/schema.yml", nodes(false), this::modelProperties);
    sources();
    return List.copyOf(files);
  }

  private void add(String path, String text) {
    files.add(new DbtFile(path, text));
  }

  /** The seeds, or the models that dbt computes. */
  private List<Node> nodes(boolean ofSeeds) {
    return blueprint.nodes().stream()
        .filter(node -> node.kind() != Node.Kind.SNAPSHOT)
        .filter(node -> (node.kind() == Node.Kind.SEED) == ofSeeds)
        .toList();
  }

  private String model(Node model) throws SQLException {
    String columns = columns(model);
    String select = sql.of(model.sql());
    String whole = columns.equals("*") ? select : whole(columns, select);
    return switch (model.kind()) {
      case VIEW -> "{{ config(materialized='view') }}\n" + whole + "\n";
      case INCREMENTAL ->
          ofTime(model)
              ? incremental(model.partition().get(0), whole(columns, select))
              : table(whole);
      case SEED, TABLE, SNAPSHOT -> table(whole);
    };
  }

  /**
   * What is taken of a model's columns. A sum of whole numbers is a HUGEINT to DuckDB, and to dbt
   * it breaks a contract that promises a long.
   */
  private String columns(Node model) {
    String longs =
        model.fields().stream()
            .filter(field -> field.type() == DataType.Scalar.LONG)
            .map(field -> "CAST(%1$s AS BIGINT) AS %1$s".formatted(field.name()))
            .collect(Collectors.joining(", "));
    return contracts.contains(model.fullName()) && !longs.isEmpty()
        ? "* REPLACE (" + longs + ")"
        : "*";
  }

  private static String whole(String columns, String select) {
    return "SELECT %s\nFROM (\n%s\n) AS computed".formatted(columns, select);
  }

  private static String table(String select) {
    return "{{ config(materialized='table') }}\n" + select + "\n";
  }

  /** Whether one can say how many days a partition is behind another. */
  private static boolean ofTime(Node model) {
    return model.fields().stream()
        .filter(field -> field.name().equals(model.partition().get(0)))
        .anyMatch(field -> TIMES.contains(field.type()));
  }

  private static String incremental(String partition, String select) {
    return """
        {{ config(
          materialized=('incremental' if var('lookback_days') | int > 0 else 'table'),
          incremental_strategy='delete+insert',
          unique_key='%1$s',
          on_schema_change='fail'
        ) }}
        %2$s
        {%% if is_incremental() %%}
        WHERE %1$s >= (SELECT max(%1$s) - to_days({{ var('lookback_days') | int }}) FROM {{ this }})
        {%% endif %%}
        """
        .formatted(partition, select);
  }

  private String singular(Singular check) throws SQLException {
    ObjectNode config = DbtTests.config(check.spec().limits());
    String words =
        config.properties().stream()
            .map(each -> "%s='%s'".formatted(each.getKey(), each.getValue().asText()))
            .collect(Collectors.joining(", "));
    return (words.isEmpty() ? "" : "{{ config(" + words + ") }}\n")
        + sql.of(check.spec().sql())
        + "\n";
  }

  private void properties(
      String word, String path, List<Node> nodes, Function<Node, ObjectNode> properties) {
    if (!nodes.isEmpty()) {
      ObjectNode file = JsonNodeFactory.instance.objectNode().put("version", 2);
      nodes.forEach(node -> file.withArray(word).add(properties.apply(node)));
      add(path, DbtYaml.of(file));
    }
  }

  private ObjectNode seedProperties(Node seed) {
    ObjectNode properties = described(seed.name(), seed.description());
    ObjectNode types = properties.putObject("config").putObject("column_types");
    seed.fields().forEach(field -> types.put(field.name(), field.type().sql()));
    columns(properties, seed.fields());
    tests.add(properties, seed.name(), seed.checks());
    return properties;
  }

  private ObjectNode modelProperties(Node model) {
    ObjectNode properties = described(model.name(), model.description());
    ObjectNode config = properties.putObject("config");
    config.putObject("contract").put("enforced", contracts.contains(model.fullName()));
    if (!model.tags().isEmpty()) {
      model.tags().forEach(config.putArray("tags")::add);
    }
    if (!model.owner().isEmpty()) {
      config.putObject("meta").put("owner", model.owner());
    }
    columns(properties, model.fields());
    tests.add(properties, model.name(), model.checks());
    return properties;
  }

  private static ObjectNode described(String name, String description) {
    ObjectNode properties = JsonNodeFactory.instance.objectNode().put("name", name);
    return description.isEmpty()
        ? properties
        : properties.put("description", Jinja.text(description));
  }

  private static void columns(ObjectNode properties, List<FieldSpec> fields) {
    for (FieldSpec field : fields) {
      ObjectNode column = described(field.name(), field.doc());
      column.put("data_type", field.type().sql());
      properties.withArray("columns").add(column);
    }
  }

  /** Tables that others make: those of streams, and snapshots. */
  private void sources() {
    Map<String, ObjectNode> byNamespace = new TreeMap<>();
    for (String table : sourceNames()) {
      String namespace = table.substring(0, table.indexOf('.'));
      String bare = table.substring(namespace.length() + 1);
      ObjectNode source = byNamespace.computeIfAbsent(namespace, DbtProject::source);
      ObjectNode properties = described(bare, "");
      columns(properties, fields(table));
      tests.add(properties, namespace + "_" + bare, checks(table));
      source.withArray("tables").add(properties);
    }
    if (!byNamespace.isEmpty()) {
      ObjectNode file = JsonNodeFactory.instance.objectNode().put("version", 2);
      byNamespace.values().forEach(file.withArray("sources")::add);
      add("models/sources.yml", DbtYaml.of(file));
    }
  }

  private static ObjectNode source(String namespace) {
    ObjectNode source = JsonNodeFactory.instance.objectNode();
    source.put("name", namespace).put("schema", namespace);
    source
        .putObject("config")
        .putObject("meta")
        .put("plugin", "moulin")
        .put("iceberg_table", namespace + ".{identifier}");
    return source;
  }

  private Set<String> sourceNames() {
    Stream<String> read =
        Stream.concat(
            nodes(false).stream().map(Node::reads).flatMap(Collection::stream),
            blueprint.singular().stream().map(Singular::reads).flatMap(Collection::stream));
    Stream<String> compared =
        Stream.concat(
                blueprint.nodes().stream().map(Node::checks),
                blueprint.tableChecks().stream().map(TableChecksSpec::checks))
            .flatMap(Collection::stream)
            .map(CheckSpec::to);
    Stream<String> checked = blueprint.tableChecks().stream().map(TableChecksSpec::table);
    return Stream.of(read, compared, checked)
        .flatMap(each -> each)
        .filter(each -> streams.containsKey(each) || snapshot(each))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private boolean snapshot(String table) {
    return blueprint.node(table).filter(node -> node.kind() == Node.Kind.SNAPSHOT).isPresent();
  }

  private List<FieldSpec> fields(String table) {
    TableSpec stream = streams.get(table);
    return stream != null ? stream.fields() : blueprint.node(table).map(Node::fields).orElseThrow();
  }

  /** A snapshot is checked where it is made. */
  private List<CheckSpec> checks(String table) {
    return blueprint.tableChecks().stream()
        .filter(each -> each.table().equals(table))
        .flatMap(each -> each.checks().stream())
        .toList();
  }
}

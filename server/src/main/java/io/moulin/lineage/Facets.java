package io.moulin.lineage;

import io.moulin.model.Lineage;
import io.moulin.model.audit.Result;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.Layer;
import io.moulin.spec.TableSpec;
import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.CheckSpec.Verdict;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineage.ColumnLineageDatasetFacet;
import io.openlineage.client.OpenLineage.ColumnLineageDatasetFacetFieldsBuilder;
import io.openlineage.client.OpenLineage.DataQualityAssertionsDatasetFacet;
import io.openlineage.client.OpenLineage.DataQualityAssertionsDatasetFacetAssertions;
import io.openlineage.client.OpenLineage.DatasetFacetsBuilder;
import io.openlineage.client.OpenLineage.InputDataset;
import io.openlineage.client.OpenLineage.InputField;
import io.openlineage.client.OpenLineage.OutputDataset;
import io.openlineage.client.OpenLineage.OutputDatasetOutputFacetsBuilder;
import io.openlineage.client.OpenLineage.SchemaDatasetFacet;
import io.openlineage.client.OpenLineage.SchemaDatasetFacetFields;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is said of datasets. */
final class Facets {
  private final OpenLineage events;
  private final Namespaces namespaces;

  Facets(OpenLineage events, Namespaces namespaces) {
    this.events = events;
    this.namespaces = namespaces;
  }

  InputDataset input(DatasetName of) {
    return events.newInputDatasetBuilder().namespace(of.namespace()).name(of.name()).build();
  }

  /** One of which nothing is said but its name. */
  OutputDataset output(DatasetName of) {
    return events.newOutputDatasetBuilder().namespace(of.namespace()).name(of.name()).build();
  }

  /** One with how many rows were written, where that is known. */
  OutputDataset output(DatasetName of, @Nullable Long rows) {
    return output(of, null, rows, null);
  }

  /** One of which all is said. */
  OutputDataset output(
      DatasetName of,
      @Nullable DatasetFacetsBuilder facets,
      @Nullable Long rows,
      @Nullable Long bytes) {
    OutputDatasetOutputFacetsBuilder written = events.newOutputDatasetOutputFacetsBuilder();
    return events
        .newOutputDatasetBuilder()
        .namespace(of.namespace())
        .name(of.name())
        .facets(facets == null ? null : facets.build())
        .outputFacets(
            rows == null
                ? null
                : written
                    .outputStatistics(
                        events.newOutputStatisticsOutputDatasetFacet(rows, bytes, null))
                    .build())
        .build();
  }

  /** Columns and what they mean. */
  DatasetFacetsBuilder described(List<FieldSpec> fields, String doc) {
    List<SchemaDatasetFacetFields> columns = new ArrayList<>();
    for (FieldSpec field : fields) {
      columns.add(
          events
              .newSchemaDatasetFacetFieldsBuilder()
              .name(field.name())
              .type(field.type().toString())
              .description(field.doc().isEmpty() ? null : field.doc())
              .build());
    }
    SchemaDatasetFacet schema = events.newSchemaDatasetFacet(columns);
    return events
        .newDatasetFacetsBuilder()
        .schema(schema)
        .documentation(doc.isEmpty() ? null : events.newDocumentationDatasetFacet(doc, null));
  }

  /** What the columns of a model are made of, through all views. */
  @Nullable ColumnLineageDatasetFacet columns(
      Lineage lineage, String fullName, List<FieldSpec> fields) {
    return columns(
        fields,
        field ->
            lineage.of(fullName, field.name()).stream()
                .map(
                    column -> {
                      int dot = column.lastIndexOf('.');
                      return from(
                          namespaces.table(column.substring(0, dot)), column.substring(dot + 1));
                    })
                .toList());
  }

  /** What the columns of a stream's table are made of, but for those that SQL derives. */
  @Nullable ColumnLineageDatasetFacet columns(DatasetSpec dataset, TableSpec table) {
    boolean renamed = table.layer() == Layer.SILVER || table.layer() == Layer.HISTORY;
    Map<String, String> wire = new TreeMap<>();
    dataset
        .columns()
        .forEach(column -> wire.put(renamed ? column.as() : column.name(), column.name()));
    DatasetName topic = namespaces.topic(dataset.source().topic());
    return columns(
        table.fields(),
        field -> {
          String name = wire.get(field.name());
          return name == null ? List.of() : List.of(from(topic, name));
        });
  }

  private @Nullable ColumnLineageDatasetFacet columns(
      List<FieldSpec> fields, Function<FieldSpec, List<InputField>> sources) {
    ColumnLineageDatasetFacetFieldsBuilder columns =
        events.newColumnLineageDatasetFacetFieldsBuilder();
    boolean any = false;
    for (FieldSpec field : fields) {
      List<InputField> from = sources.apply(field);
      if (!from.isEmpty()) {
        any = true;
        columns.put(
            field.name(), events.newColumnLineageDatasetFacetFieldsAdditional(from, null, null));
      }
    }
    return any ? events.newColumnLineageDatasetFacet(columns.build(), null) : null;
  }

  private InputField from(DatasetName of, String field) {
    return events
        .newInputFieldBuilder()
        .namespace(of.namespace())
        .name(of.name())
        .field(field)
        .build();
  }

  /**
   * A table that was checked.
   *
   * @param declared its checks, for the columns that they are about
   */
  InputDataset checked(DatasetName of, Collection<Result> results, Collection<CheckSpec> declared) {
    List<DataQualityAssertionsDatasetFacetAssertions> assertions = new ArrayList<>();
    for (Result result : results) {
      String column =
          declared.stream()
              .filter(check -> check.name().equals(result.check()) && check.columns().size() == 1)
              .map(check -> check.columns().get(0))
              .findFirst()
              .orElse(null);
      assertions.add(
          events
              .newDataQualityAssertionsDatasetFacetAssertionsBuilder()
              .name(result.check())
              .assertion(
                  result.kind().map(kind -> kind.name().toLowerCase(Locale.ROOT)).orElse("query"))
              .column(column)
              .success(result.verdict() == Verdict.PASSED)
              .severity(
                  switch (result.verdict()) {
                    case PASSED -> null;
                    case WARNED -> "warn";
                    case FAILED -> "error";
                  })
              .actual(result.failing() == 0 ? null : result.failing() + " rows fail")
              .build());
    }
    DataQualityAssertionsDatasetFacet facet =
        events.newDataQualityAssertionsDatasetFacet(assertions);
    return events
        .newInputDatasetBuilder()
        .namespace(of.namespace())
        .name(of.name())
        .inputFacets(
            events.newInputDatasetInputFacetsBuilder().dataQualityAssertions(facet).build())
        .build();
  }
}

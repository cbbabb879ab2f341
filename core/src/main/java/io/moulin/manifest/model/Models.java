package io.moulin.manifest.model;

import io.moulin.manifest.block.Section;
import io.moulin.manifest.yaml.Problems;
import io.moulin.spec.Place;
import io.moulin.spec.model.CheckSpec.Severity;
import io.moulin.spec.model.ModelColumnSpec;
import io.moulin.spec.model.ModelSpec;
import io.moulin.spec.model.ModelSpec.Materialise;
import io.moulin.spec.model.ModelSpec.Step;
import java.util.List;

/** Makes a model of the comment that begins its file. */
final class Models {
  private Models() {}

  static ModelSpec of(String name, Step step, Headed headed, Problems problems) {
    Section header = headed.header();
    Materialise materialise =
        header.has("materialise")
            ? header.option("materialise", Materialise.class)
            : step == Step.MARTS ? Materialise.TABLE : Materialise.VIEW;
    ModelColumns columns = ModelColumns.of(header, problems);
    boolean contract =
        header.has("contract")
            && header.option("contract", ModelWords.Contract.class) == ModelWords.Contract.ENFORCED;
    if (contract) {
      contract(header, columns, problems);
    }
    fitting(materialise, header, problems);
    boolean mayBeEmpty =
        header.has("empty")
            && header.option("empty", ModelWords.Empty.class) == ModelWords.Empty.ALLOWED;
    Checks checks = new Checks(problems, step == Step.MARTS ? Severity.ERROR : Severity.WARN);
    if (!mayBeEmpty) {
      checks.notEmpty(header.at());
    }
    List<String> key = header.strings("key");
    // A snapshot has several versions of a row.
    List<String> unique = materialise == Materialise.SNAPSHOT ? List.of() : key;
    return new ModelSpec(
        name,
        step,
        headed.sql(),
        header.text("description"),
        materialise,
        header.strings("partition"),
        key,
        header.has("lookback") ? header.duration("lookback") : null,
        header.text("time"),
        mayBeEmpty,
        contract,
        columns.all(),
        checks.all(header.parts("checks"), unique, header),
        header.text("owner"),
        header.strings("tags"),
        new Place(headed.at().file(), 1, 1),
        headed.at());
  }

  private static void contract(Section header, ModelColumns columns, Problems problems) {
    if (columns.all().isEmpty()) {
      problems.error(
          "contract-without-columns",
          header.at("contract"),
          "A contract needs 'columns'",
          "they are what is promised",
          "declare every column with its type");
    }
    for (ModelColumnSpec column : columns.all()) {
      if (column.type() == null) {
        problems.error(
            "contract-without-type",
            column.at(),
            "The column '" + column.name() + "' has no type",
            "a contract promises types",
            "add type: …");
      }
    }
  }

  /** Words that mean nothing to what the model becomes are mistakes. */
  private static void fitting(Materialise materialise, Section header, Problems problems) {
    String what = header.text("materialise").isEmpty() ? "view" : header.text("materialise");
    if (materialise == Materialise.VIEW) {
      useless(header, "partition", what, problems);
    }
    if (materialise != Materialise.INCREMENTAL) {
      useless(header, "lookback", what, problems);
    } else if (header.strings("partition").size() != 1 && !header.broken("partition")) {
      problems.error(
          "partition-of-incremental",
          header.at("partition"),
          "An incremental model has one column of 'partition', not "
              + header.strings("partition").size(),
          "what is computed anew, and what is replaced, are whole partitions",
          "add partition: [COLUMN], or make it a table");
    }
    if (materialise != Materialise.SNAPSHOT) {
      useless(header, "time", what, problems);
    } else {
      useless(header, "partition", what, problems);
      if (header.strings("key").isEmpty() && !header.broken("key")) {
        problems.error(
            "snapshot-without-key",
            header.at(),
            "A snapshot needs 'key'",
            "it says which rows are versions of the same thing",
            "add key: [COLUMN]");
      }
    }
  }

  private static void useless(Section header, String field, String what, Problems problems) {
    if (header.has(field)) {
      problems.error(
          "useless-field",
          header.at(field),
          "'%s' means nothing to a model that becomes: %s".formatted(field, what),
          "",
          "remove it, or choose another 'materialise'");
    }
  }
}

package io.moulin.manifest.model;

import static io.moulin.manifest.block.Field.Kind.NUMBER;
import static io.moulin.manifest.block.Field.Kind.SPAN;
import static io.moulin.manifest.block.Field.Kind.TEXTS;
import static io.moulin.manifest.block.Field.Kind.TYPE;
import static io.moulin.manifest.block.Field.Kind.VALUES;
import static io.moulin.manifest.block.Field.blocks;
import static io.moulin.manifest.block.Field.field;
import static io.moulin.manifest.block.Field.option;
import static io.moulin.manifest.block.Field.text;

import io.moulin.manifest.block.Field;
import io.moulin.manifest.block.Field.Block;
import io.moulin.spec.model.CheckSpec;
import io.moulin.spec.model.ModelSpec.Materialise;

/** Every word that a user may write about models, seeds and checks. */
public final class ModelWords {

  private static final Field SEVERITY =
      option(
              "severity",
              CheckSpec.Severity.values(),
              "Whether a failing check keeps the new rows from being published.")
          .orElse("see the check");

  private static final Field WARN_ABOVE =
      field("warn-above", NUMBER, "Failing rows that are borne without a word.").or("0");

  private static final Field ERROR_ABOVE =
      field(
          "error-above",
          NUMBER,
          "Failing rows above which it is an error; up to them it is a warning.");

  private static final Block CHECK =
      Block.of(
          "checks",
          "What must be true of the rows.",
          option("check", CheckWord.values(), "What is checked.").required(),
          text("name", "By which it is reported.").orElse("the check and its columns"),
          field("columns", TEXTS, "The columns that it is about."),
          field("values", VALUES, "Of `accepted-values`."),
          text("to", "Of `relationships`: the model, seed or table that must have the values."),
          field("to-columns", TEXTS, "Of `relationships`: its columns.").orElse("`columns`"),
          text("expect", "Of `expression`: DuckDB SQL that is true of a good row."),
          text("where", "DuckDB SQL of the rows that it is about.").orElse("all rows"),
          text("within", "Of `row-count-change`: a share such as 20%; of `freshness`: a duration."),
          SEVERITY,
          WARN_ABOVE,
          ERROR_ABOVE);

  private static final Block COLUMN =
      Block.of(
          "columns",
          "A column.",
          text("name", "Its name.").required(),
          field("type", TYPE, "Its type.").orElse("that of its expression"),
          text("doc", "What it means.").or(""));

  private static final Block SEED_COLUMN =
      Block.of(
          "columns",
          "A column of the file, in its order.",
          text("name", "Its name in the header line.").required(),
          field("type", TYPE, "Its type.").required(),
          text("doc", "What it means.").or(""));

  private static final Field DESCRIPTION = text("description", "What a row of it is.").or("");

  /** The comment that begins {@code models/**.sql}. */
  public static final Block MODEL =
      Block.of(
          "model",
          "The comment that begins a file of `models/`.",
          DESCRIPTION,
          option("materialise", Materialise.values(), "What it becomes.")
              .orElse("`view` in staging and intermediate, `table` in marts"),
          field(
              "partition",
              TEXTS,
              "Columns whose values each have files of their own; an incremental model has one."),
          field("key", TEXTS, "Columns that are never NULL and unique together."),
          field(
                  "lookback",
                  SPAN,
                  "How far behind the newest partition an incremental model follows changes.")
              .orElse("without limit"),
          text("time", "Of a snapshot: the column that says when a row became what it is.")
              .orElse("the time of the build"),
          option("empty", Empty.values(), "Whether no row is a good result.").or("refused"),
          option("contract", Contract.values(), "Whether its columns must be those of `columns`.")
              .or("none"),
          blocks("columns", COLUMN, "What its columns mean; all of them under a contract."),
          blocks("checks", CHECK, "What must be true of its rows."),
          text("owner", "Who answers for it.").or(""),
          field("tags", TEXTS, "Words by which `build --select tag:WORD` finds it."));

  /** {@code seeds/*.yml}. */
  public static final Block SEED =
      Block.of(
          "seed",
          "What the columns of the CSV file of the same name are.",
          DESCRIPTION,
          blocks("columns", SEED_COLUMN, "All columns of the file.").required(),
          field("key", TEXTS, "Columns that are never NULL and unique together."),
          field("nulls", TEXTS, "Texts that mean \"no value\".").or(""),
          blocks("checks", CHECK, "What must be true of its rows."));

  /** {@code checks/*.yml}. */
  public static final Block TABLE_CHECKS =
      Block.of(
          "checks",
          "Checks of a table that a stream fills.",
          text("on", "The table, for example `silver.trips`.").required(),
          blocks("checks", CHECK, "What must be true of its rows.").required());

  /** The comment that begins {@code checks/*.sql}. */
  public static final Block SINGULAR =
      Block.of(
          "check",
          "The comment that begins a SELECT of rows that are wrong.",
          text("description", "What must be true.").or(""),
          SEVERITY.orElse("`error`"),
          WARN_ABOVE,
          ERROR_ABOVE);

  private ModelWords() {}

  /** The checks that can be asked for. */
  enum CheckWord {
    NOT_NULL,
    UNIQUE,
    ACCEPTED_VALUES,
    RELATIONSHIPS,
    EXPRESSION,
    ROW_COUNT_CHANGE,
    FRESHNESS
  }

  /** Whether a table may have no rows. */
  enum Empty {
    REFUSED,
    ALLOWED
  }

  /** Whether a model's columns are held to what is declared. */
  enum Contract {
    NONE,
    ENFORCED
  }
}

package io.moulin.manifest;

import static io.moulin.manifest.block.Field.Kind.COUNT;
import static io.moulin.manifest.block.Field.Kind.MOMENT;
import static io.moulin.manifest.block.Field.Kind.NAMED_ROWS;
import static io.moulin.manifest.block.Field.Kind.NUMBER;
import static io.moulin.manifest.block.Field.Kind.RATE;
import static io.moulin.manifest.block.Field.Kind.ROW;
import static io.moulin.manifest.block.Field.Kind.ROWS;
import static io.moulin.manifest.block.Field.Kind.SHARE;
import static io.moulin.manifest.block.Field.Kind.TEXTS;
import static io.moulin.manifest.block.Field.Kind.TEXT_MAP;
import static io.moulin.manifest.block.Field.block;
import static io.moulin.manifest.block.Field.blocks;
import static io.moulin.manifest.block.Field.field;
import static io.moulin.manifest.block.Field.text;

import io.moulin.manifest.block.Field.Block;

/** Every word that a user may write in cases and generators: their one declaration. */
final class FixtureWords {

  private static final Block GIVEN =
      Block.of(
          "given",
          "A record that arrives: a row, which may begin as one of `rows`, or raw text.",
          field("at", MOMENT, "Its timestamp, as the broker has it.")
              .orElse("that of the record before; of the first `2024-01-01T00:00:00Z`"),
          text("like", "The one of `rows` that it begins as."),
          field("row", ROW, "Its columns by their names on the wire."),
          text("raw", "Its bytes as text, in place of a row.").or(""),
          field("partition", NUMBER, "Partition of the topic in which it arrives.").or("0"));

  private static final Block EXPECT =
      Block.of(
          "expect",
          "Where the records end. What is not named must be empty. Columns that are not named may"
              + " hold anything; the order of rows is free.",
          field("silver", ROWS, "Good rows, by the names of silver.").orElse("none"),
          field("quarantine", ROWS, "Rows that violate a rule; `_reason` and `_reasons` say which.")
              .orElse("none"),
          field("late", ROWS, "Rows behind the lateness, where those are routed.").orElse("none"),
          field("dead-letters", ROWS, "Records that cannot be decoded; `error_type` says why.")
              .orElse("none"),
          field("duplicates", NUMBER, "How many rows were seen before.").or("0"),
          field("filtered", NUMBER, "How many rows a rule filters.").or("0"),
          field("late-dropped", NUMBER, "How many rows are dropped for being late.").or("0"),
          text("stops", "Part of what the run says when it must stop; then no table is compared.")
              .or(""));

  private static final Block CASE =
      Block.of(
          "cases",
          "A case: records in, rows out.",
          text("name", "What it shows, as a sentence.").required(),
          blocks("given", GIVEN, "The records, in the order in which they arrive.").required(),
          field(
              "restart-after",
              COUNT,
              "After how many records the run ends and another one begins; the result is the same."),
          block("expect", EXPECT, "Where the records end.").required());

  /** {@code tests/*.yml}. */
  static final Block TESTS =
      Block.of(
          "tests",
          "Cases about one dataset, run by `moulin test` through the real transformation.",
          text("dataset", "Name of the dataset.").required(),
          field("rows", NAMED_ROWS, "Rows that records may begin as, so that cases stay short."),
          blocks("cases", CASE, "The cases.").required());

  private static final Block LET =
      Block.of(
          "let",
          "A value that the shapes share.",
          text("name", "Its name.").required(),
          text("sql", "DuckDB SQL over `n`, `moment` and the values before it.").required());

  private static final Block SHAPE =
      Block.of(
          "shapes",
          "A kind of rows.",
          text("name", "Its name.").required(),
          field("weight", COUNT, "How often it comes, compared with the others.").or("1"),
          field(
                  "row",
                  TEXT_MAP,
                  "The wire's columns, each with its SQL over `n`, `moment`, the values of `let` and"
                      + " the columns before it.")
              .required());

  private static final Block FAULT =
      Block.of(
          "faults",
          "Something wrong that is planted in rows; a row has one fault at most.",
          text("name", "Its name.").required(),
          field("rate", SHARE, "How many of the rows have it.").required(),
          field("shapes", TEXTS, "The shapes in which it is planted.").orElse("all"),
          field("set", TEXT_MAP, "Columns with the SQL of other values; it sees the right ones."),
          text("raw", "SQL of a text to send in place of the row; it sees the JSON as `payload`."),
          field("copy-of", COUNT, "The row is a copy of one of so many rows before it."),
          text(
                  "expect",
                  "Where such a row must end: the name of a rule or reason, `silver`, `duplicate`,"
                      + " `late` or `dead-letter`.")
              .required());

  /** {@code generators/*.yml}. */
  static final Block GENERATOR =
      Block.of(
          "generator",
          "How rows of a dataset are generated. Row `n` is a function of `n` and the seed alone.",
          text("dataset", "Name of the dataset.").required(),
          text("doc", "What it means.").or(""),
          field("seed", NUMBER, "Another seed gives other rows.").or("1"),
          field("start", MOMENT, "The time `moment` of row 0.").or("2024-01-01T00:00:00Z"),
          field("rate", RATE, "How many rows come, in the times `moment` too.").or("10/s"),
          blocks("let", LET, "Values that the shapes share, in order."),
          blocks("shapes", SHAPE, "Kinds of rows.").required(),
          blocks("faults", FAULT, "What is wrong with some rows."));

  private FixtureWords() {}
}

package io.moulin.cli.text;

import io.moulin.control.BalanceReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The books of a dataset as a table. */
public final class BalanceText {
  /** Partitions whose offsets fit into a line. */
  private static final int MOST_OFFSETS = 4;

  private BalanceText() {}

  public static List<String> lines(BalanceReport books, Style style) {
    TextTable table = new TextTable("", "", "");
    table.row("consumed", books.consumed(), offsets(books));
    table.row("= dead letters", books.dead(), "could not be decoded");
    table.row("+ bronze", books.bronze(), "as it came");
    table.row("", "", "");
    table.row("bronze", books.bronze(), "");
    table.row(
        "= silver",
        books.silver(),
        "typed, checked, each row once"
            + (books.lateFlagged() == 0
                ? ""
                : "; %,d of them flagged as late".formatted(books.lateFlagged())));
    table.row(
        "+ quarantine",
        books.quarantine(),
        books.quarantine() == 0 ? "violates a rule" : "violates a rule; by its first reason:");
    books.reasons().entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(
            reason -> table.row("", "", "%,8d  ".formatted(reason.getValue()) + reason.getKey()));
    if (books.mended().discarded() > 0) {
      table.row("", "", "%,8d  of them discarded".formatted(books.mended().discarded()));
    }
    table.row("+ duplicate", books.duplicate(), "seen before");
    table.row("+ late", books.lateRouted(), "routed to the table of late rows");
    if (books.lateDropped() > 0) {
      table.row("+ late, dropped", books.lateDropped(), "kept in bronze alone, as declared");
    }
    table.row("+ filtered", books.filtered(), "by a rule that filters");
    List<String> lines = new ArrayList<>();
    lines.add(style.bold("Books of " + books.dataset()));
    lines.addAll(table.lines("  ", style));
    if (books.balanced()) {
      lines.add(style.green("  The books balance: every row is accounted for."));
    } else {
      lines.add(style.red("  The books do not balance:"));
      books.problems().forEach(problem -> lines.add("    - " + problem));
    }
    if (books.waiting() > 0) {
      lines.add("  %,d more wait in the topic.".formatted(books.waiting()));
    }
    return lines;
  }

  private static String offsets(BalanceReport books) {
    if (books.offsets().size() > MOST_OFFSETS) {
      return "from %d partitions; --json tells the offsets".formatted(books.offsets().size());
    }
    StringBuilder text = new StringBuilder("offsets");
    for (Map.Entry<Integer, BalanceReport.Offsets> entry : books.offsets().entrySet()) {
      text.append(' ').append(entry.getKey()).append(":0-").append(entry.getValue().next());
    }
    return text.toString();
  }
}

package io.moulin.cli.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Rows in columns that stand below each other; columns of numbers are set to the right. */
public final class TextTable {
  private static final int WIDEST = 60;

  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  public TextTable(String... header) {
    this(List.of(header));
  }

  public TextTable(List<String> header) {
    this.header = List.copyOf(header);
  }

  public void row(Object... cells) {
    row(Arrays.stream(cells).map(TextTable::text).toList());
  }

  public void row(List<String> cells) {
    if (cells.size() != header.size()) {
      throw new IllegalArgumentException("Invalid row: " + cells + " in columns " + header);
    }
    rows.add(cells.stream().map(TextTable::oneLine).toList());
  }

  private static String text(Object cell) {
    return cell instanceof Long || cell instanceof Integer
        ? String.format(Locale.ROOT, "%,d", ((Number) cell).longValue())
        : String.valueOf(cell);
  }

  /** Control characters would break the table, or play with the terminal. */
  private static String oneLine(String cell) {
    StringBuilder line = new StringBuilder();
    cell.codePoints()
        .limit(WIDEST)
        .forEach(
            c -> {
              if (c == '\n') {
                line.append("\\n");
              } else if (Character.isISOControl(c)) {
                line.append("\\x%02x".formatted(c));
              } else {
                line.appendCodePoint(c);
              }
            });
    return cell.codePointCount(0, cell.length()) > WIDEST
        ? line.append('…').toString()
        : line.toString();
  }

  /** The table as lines, each beginning with {@code indent}. */
  public List<String> lines(String indent, Style style) {
    int[] width = new int[header.size()];
    boolean[] right = new boolean[header.size()];
    for (int i = 0; i < width.length; i++) {
      int column = i;
      right[i] = !rows.isEmpty() && rows.stream().allMatch(row -> number(row.get(column)));
      width[i] = length(header.get(i));
      for (List<String> row : rows) {
        width[i] = Math.max(width[i], length(row.get(i)));
      }
    }
    List<String> lines = new ArrayList<>();
    if (header.stream().anyMatch(name -> !name.isEmpty())) {
      lines.add(style.bold(line(indent, header, width, right)));
    }
    rows.forEach(row -> lines.add(line(indent, row, width, right)));
    return lines;
  }

  private static String line(String indent, List<String> cells, int[] width, boolean[] right) {
    StringBuilder line = new StringBuilder(indent);
    for (int i = 0; i < width.length; i++) {
      String space = " ".repeat(width[i] - length(cells.get(i)));
      line.append(i == 0 ? "" : "  ");
      line.append(right[i] ? space + cells.get(i) : cells.get(i) + space);
    }
    return line.toString().stripTrailing();
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static boolean number(String cell) {
    return cell.matches("-?[0-9][0-9,]*(\\.[0-9]+)?([eE][-+]?[0-9]+)?|NULL|");
  }
}

package io.moulin.model.docs;

import static j2html.TagCreator.a;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.tag;

import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tables as boxes and what they are made of as lines, drawn as SVG: each table stands one column to
 * the right of the last that it reads.
 */
final class Graph {
  private static final int WIDTH = 178;
  private static final int HEIGHT = 24;
  private static final int COLUMN = 212;
  private static final int ROW = 34;
  private static final int EDGE = 8;
  private static final double CURVE = 20;

  private final Map<String, List<String>> reads;
  private final Map<String, Integer> depth = new HashMap<>();

  /**
   * @param reads by full name, what each table is made of
   */
  Graph(Map<String, List<String>> reads) {
    this.reads = new LinkedHashMap<>(reads);
  }

  /**
   * The drawing.
   *
   * @param marked the table that the page is about; empty for none
   */
  DomContent draw(String marked) {
    Map<Integer, List<String>> columns = new TreeMap<>();
    reads
        .keySet()
        .forEach(name -> columns.computeIfAbsent(depth(name), d -> new ArrayList<>()).add(name));
    Map<String, int[]> places = new HashMap<>();
    int rows = 0;
    int column = 0;
    for (List<String> names : columns.values()) {
      for (int i = 0; i < names.size(); i++) {
        places.put(names.get(i), new int[] {EDGE + column * COLUMN, EDGE + i * ROW});
      }
      rows = Math.max(rows, names.size());
      column++;
    }
    ContainerTag<?> svg =
        tag("svg")
            .attr("class", "graph")
            .attr("width", EDGE * 2 + (column - 1) * COLUMN + WIDTH)
            .attr("height", EDGE * 2 + (rows - 1) * ROW + HEIGHT)
            .attr("role", "img");
    reads.forEach(
        (name, all) -> {
          for (String read : all) {
            int[] from = places.get(read);
            int[] to = places.get(name);
            if (from != null && to != null) {
              svg.with(line(from, to));
            }
          }
        });
    places.forEach((name, place) -> svg.with(box(name, place, name.equals(marked))));
    return svg;
  }

  private int depth(String name) {
    Integer known = depth.get(name);
    if (known != null) {
      return known;
    }
    depth.put(name, 0); // what comes round again stands where it began
    int deepest = 0;
    for (String read : reads.getOrDefault(name, List.of())) {
      if (reads.containsKey(read)) {
        deepest = Math.max(deepest, depth(read) + 1);
      }
    }
    depth.put(name, deepest);
    return deepest;
  }

  private static DomContent line(int[] from, int[] to) {
    int x1 = from[0] + WIDTH;
    int y1 = from[1] + HEIGHT / 2;
    int x2 = to[0];
    int y2 = to[1] + HEIGHT / 2;
    return tag("path")
        .attr(
            "d",
            "M%d,%d C%.0f,%d %.0f,%d %d,%d"
                .formatted(x1, y1, x1 + CURVE, y1, x2 - CURVE, y2, x2, y2));
  }

  private static DomContent box(String name, int[] place, boolean marked) {
    String shown = name.length() > 28 ? name.substring(0, 27) + "…" : name;
    return a().withHref(Page.file(name))
        .with(
            tag("rect")
                .attr("class", marked ? "marked" : name.substring(0, name.indexOf('.')))
                .attr("x", place[0])
                .attr("y", place[1])
                .attr("rx", 4)
                .attr("width", WIDTH)
                .attr("height", HEIGHT),
            tag("text").attr("x", place[0] + EDGE).attr("y", place[1] + 16).withText(shown),
            tag("title").withText(name),
            rawHtml(""));
  }
}

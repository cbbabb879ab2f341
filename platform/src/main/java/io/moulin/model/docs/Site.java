package io.moulin.model.docs;

import static j2html.TagCreator.a;
import static j2html.TagCreator.body;
import static j2html.TagCreator.code;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.footer;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.head;
import static j2html.TagCreator.html;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.li;
import static j2html.TagCreator.link;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.nav;
import static j2html.TagCreator.p;
import static j2html.TagCreator.pre;
import static j2html.TagCreator.span;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.title;
import static j2html.TagCreator.tr;
import static j2html.TagCreator.ul;

import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.model.CheckSpec;
import j2html.tags.DomContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Writes the site: a list of all tables and a page for each. It needs no server and no script. */
public final class Site {
  private static final String STYLE =
      """
      body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 1280px; padding: 1.5rem; color: #1c2733; }
      a { color: #0b5c8a; text-decoration: none; } a:hover { text-decoration: underline; }
      h1 { font-size: 1.5rem; margin: .6rem 0 .2rem; } h2 { font-size: 1.1rem; margin: 1.8rem 0 .5rem; }
      table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #dde4ea; vertical-align: top; }
      th { font-weight: 600; color: #51606e; } code, pre { font: 13px/1.45 ui-monospace, monospace; }
      pre { background: #f4f7f9; padding: .8rem; overflow-x: auto; border-radius: 4px; }
      td:first-child, .state { white-space: nowrap; } .faint { color: #6b7a88; } .passed { color: #1a7f37; } .warned { color: #9a6700; } .failed { color: #b3261e; font-weight: 600; }
      .scroll { overflow-x: auto; } .graph path { fill: none; stroke: #b5c2cd; } .graph rect { fill: #e8f0f6; stroke: #b5c2cd; }
      .graph rect.gold { fill: #fbf1d3; } .graph rect.silver { fill: #eceff1; } .graph rect.seeds { fill: #e5f4e8; } .graph rect.marked { fill: #fff; stroke: #0b5c8a; stroke-width: 2; }
      .graph text { font: 12px system-ui, sans-serif; fill: #1c2733; } footer { margin-top: 3rem; color: #6b7a88; }
      """;

  private final String project;
  private final String made;
  private final List<Page> pages;

  /**
   * @param made when, in words
   * @param pages in the order in which they are listed
   */
  public Site(String project, String made, List<Page> pages) {
    this.project = project;
    this.made = made;
    this.pages = List.copyOf(pages);
  }

  /**
   * Writes all files into a folder.
   *
   * @return how many pages there are
   */
  public int write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("style.css"), STYLE);
    Files.writeString(folder.resolve("index.html"), index());
    for (Page page : pages) {
      Files.writeString(folder.resolve(page.file()), page(page));
    }
    return pages.size() + 1;
  }

  private String document(String name, DomContent... content) {
    return "<!doctype html>\n"
        + html(
                head(
                    meta().attr("charset", "utf-8"),
                    meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                    title(name),
                    link().withRel("stylesheet").withHref("style.css")),
                body(
                    nav(a(project).withHref("index.html")),
                    each(content),
                    footer("Written " + made + ".")))
            .attr("lang", "en")
            .render();
  }

  private String index() {
    Set<String> namespaces = new LinkedHashSet<>();
    pages.forEach(page -> namespaces.add(page.namespace()));
    List<DomContent> parts = new ArrayList<>();
    parts.add(h1("Tables of " + project));
    parts.add(div(new Graph(reads(pages)).draw("")).withClass("scroll"));
    for (String namespace : namespaces) {
      parts.add(h2(namespace));
      parts.add(
          table(
              thead(tr(th("table"), th("what"), th("rows and last commit"), th("checks"))),
              tbody(
                  each(
                      pages.stream().filter(page -> page.namespace().equals(namespace)).toList(),
                      page ->
                          tr(
                              td(a(page.fullName()).withHref(page.file())),
                              td(page.description()),
                              td(page.state()).withClass("faint state"),
                              td(checks(page)))))));
    }
    return document(project, parts.toArray(DomContent[]::new));
  }

  private static DomContent checks(Page page) {
    long bad = page.results().values().stream().filter(each -> !each.startsWith("passed")).count();
    if (page.results().isEmpty()) {
      return span("");
    }
    return bad == 0
        ? span(page.results().size() + " passed").withClass("passed")
        : span(bad + " of " + page.results().size() + " not passed").withClass("failed");
  }

  private static Map<String, List<String>> reads(List<Page> pages) {
    Map<String, List<String>> reads = new LinkedHashMap<>();
    pages.forEach(page -> reads.put(page.fullName(), page.reads()));
    return reads;
  }

  private String page(Page page) {
    List<DomContent> parts = new ArrayList<>();
    parts.add(h1(page.fullName()));
    parts.add(
        p(page.kind() + (page.state().isEmpty() ? "" : ", " + page.state())).withClass("faint"));
    parts.add(iff(!page.description().isEmpty(), p(page.description())));
    parts.add(facts(page));
    parts.add(h2("Columns"));
    parts.add(
        table(
            thead(tr(th("column"), th("type"), th("what"), th("depends on"))),
            tbody(each(page.fields(), field -> column(page, field)))));
    if (!page.checks().isEmpty()) {
      parts.add(h2("Checks"));
      parts.add(
          table(
              thead(tr(th("check"), th("severity"), th("last result"))),
              tbody(each(page.checks(), check -> check(page, check)))));
    }
    parts.add(h2("Where it comes from, where it goes"));
    parts.add(div(new Graph(around(page)).draw(page.fullName())).withClass("scroll"));
    parts.add(ul(each(page.reads(), name -> li("reads ").with(reference(name)))));
    parts.add(ul(each(page.readBy(), name -> li("read by ").with(reference(name)))));
    if (!page.sql().isEmpty()) {
      parts.add(h2("SQL"));
      parts.add(pre(page.sql()));
    }
    parts.add(h2("Try it"));
    parts.add(pre("moulin query \"SELECT * FROM %s LIMIT 10\"".formatted(page.fullName())));
    return document(page.fullName(), parts.toArray(DomContent[]::new));
  }

  private DomContent reference(String name) {
    boolean known = pages.stream().anyMatch(page -> page.fullName().equals(name));
    return known ? a(name).withHref(Page.file(name)) : code(name);
  }

  /** The table, all that it is made of, and all that is made of it. */
  private Map<String, List<String>> around(Page page) {
    Map<String, List<String>> all = reads(pages);
    Set<String> near = new LinkedHashSet<>();
    above(page.fullName(), all, near);
    boolean grown = true;
    Set<String> below = new LinkedHashSet<>(Set.of(page.fullName()));
    while (grown) {
      grown = false;
      for (Map.Entry<String, List<String>> each : all.entrySet()) {
        grown |= each.getValue().stream().anyMatch(below::contains) && below.add(each.getKey());
      }
    }
    near.addAll(below);
    all.keySet().retainAll(near);
    return all;
  }

  private static void above(String name, Map<String, List<String>> all, Set<String> found) {
    if (found.add(name)) {
      all.getOrDefault(name, List.of()).forEach(read -> above(read, all, found));
    }
  }

  private static DomContent facts(Page page) {
    List<String> facts = new ArrayList<>();
    if (!page.owner().isEmpty()) {
      facts.add("owner: " + page.owner());
    }
    if (!page.tags().isEmpty()) {
      facts.add("tags: " + String.join(", ", page.tags()));
    }
    if (!page.key().isEmpty()) {
      facts.add("key: " + String.join(", ", page.key()));
    }
    if (!page.partition().isEmpty()) {
      facts.add("partitioned by: " + String.join(", ", page.partition()));
    }
    return ul(each(facts, fact -> li(fact)));
  }

  private static DomContent column(Page page, FieldSpec field) {
    return tr(
        td(code(field.name())),
        td(code(field.type().toString())),
        td(field.doc()),
        td(String.join(", ", page.lineage().getOrDefault(field.name(), List.of())))
            .withClass("faint"));
  }

  private static DomContent check(Page page, CheckSpec check) {
    String result = page.results().getOrDefault(check.name(), "");
    int space = result.indexOf(' ');
    String verdict = space < 0 ? result : result.substring(0, space);
    return tr(
        td(check.name()),
        td(check.limits().severity().name().toLowerCase(Locale.ROOT)),
        td(result.isEmpty() ? "not made yet" : result)
            .withClass(result.isEmpty() ? "faint" : verdict));
  }
}

package io.moulin.manifest.yaml;

import io.moulin.spec.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.CoreScalarResolver;

/**
 * Makes nodes of the parser's events. Ours, because the library's own stops at the first duplicate
 * key and goes as deep as a file nests.
 */
public final class YamlComposer {
  private static final int MAX_DEPTH = 24;
  private static final int MAX_ALIASES = 100;
  private static final CoreScalarResolver RESOLVER = new CoreScalarResolver(false);

  private final String name;
  private final Problems problems;
  private final Map<String, YamlNode> anchors = new HashMap<>();
  private final Iterator<Event> events;
  private final int lines;
  private final int lastColumn;
  private int aliases;
  private boolean stopped;

  public YamlComposer(String text, String name, Problems problems) {
    String body = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    this.lines = 1 + (int) body.chars().filter(c -> c == '\n').count();
    this.lastColumn = body.length() - body.lastIndexOf('\n');
    this.name = name;
    this.problems = problems;
    LoadSettings settings = LoadSettings.builder().setLabel(name).build();
    this.events = new Parse(settings).parseString(text).iterator();
  }

  /** The only document; null when there is none or it is no YAML. */
  @Nullable YamlNode compose() {
    try {
      YamlNode root = null;
      while (!stopped && events.hasNext()) {
        Event event = events.next();
        switch (event.getEventId()) {
          case StreamStart, StreamEnd, DocumentStart, DocumentEnd, Comment -> {}
          default -> {
            if (root != null) {
              error("second-document", at(event), "The file has a second document", "split it");
              return null;
            }
            root = node(event, 1);
          }
        }
      }
      return stopped ? null : root;
    } catch (MarkedYamlEngineException e) {
      syntax(e);
    } catch (YamlEngineException e) {
      error("invalid-yaml", new Place(name, 1, 1), "Not valid YAML: " + firstLine(e), "");
    }
    return null;
  }

  private YamlNode node(Event event, int depth) {
    Place at = at(event);
    if (depth > MAX_DEPTH) {
      stop("too-deep", at, "More than " + MAX_DEPTH + " levels within each other", "");
      return nothing(at);
    }
    YamlNode node;
    if (event instanceof AliasEvent alias) {
      return alias(alias, at);
    } else if (event instanceof ScalarEvent scalar) {
      node = scalar(scalar, at);
    } else if (event instanceof SequenceStartEvent) {
      node = items(at, depth);
    } else if (event instanceof MappingStartEvent) {
      node = mapping(at, depth);
    } else {
      throw new IllegalStateException("Cannot compose " + event + ": not the start of a node");
    }
    ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor.getValue(), node));
    return node;
  }

  private YamlNode alias(AliasEvent event, Place at) {
    YamlNode node = anchors.get(event.getAlias().getValue());
    if (++aliases > MAX_ALIASES) {
      stop("too-many-aliases", at, "More than " + MAX_ALIASES + " aliases", "write the values out");
    } else if (node == null) {
      stop(
          "unknown-alias",
          at,
          "No anchor '&" + event.getAlias().getValue() + "' comes before this alias",
          "quote the value if it is a text that begins with '*'");
    }
    return node == null ? nothing(at) : node;
  }

  private YamlNode scalar(ScalarEvent event, Place at) {
    String tag = event.getTag().orElse("");
    if (!tag.isEmpty() && !tag.equals("!") && !tag.equals(Tag.STR.getValue())) {
      error("unknown-tag", at, "The YAML tag '" + tag + "' means nothing here", "remove it");
    }
    boolean plain = event.isPlain() && tag.isEmpty();
    return new YamlNode.Scalar(
        event.getValue(), plain ? kind(event.getValue()) : YamlNode.Kind.TEXT, at);
  }

  private static YamlNode.Kind kind(String value) {
    Tag tag = RESOLVER.resolve(value, true);
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return YamlNode.Kind.NUMBER;
    }
    if (tag.equals(Tag.BOOL)) {
      return YamlNode.Kind.BOOLEAN;
    }
    return tag.equals(Tag.NULL) ? YamlNode.Kind.NOTHING : YamlNode.Kind.TEXT;
  }

  private YamlNode items(Place at, int depth) {
    List<YamlNode> items = new ArrayList<>();
    while (!stopped) {
      Event event = events.next();
      if (event.getEventId() == Event.ID.SequenceEnd) {
        break;
      }
      items.add(node(event, depth + 1));
    }
    return new YamlNode.Items(List.copyOf(items), at);
  }

  private YamlNode mapping(Place at, int depth) {
    List<YamlNode.Entry> entries = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    while (!stopped) {
      Event event = events.next();
      if (event.getEventId() == Event.ID.MappingEnd) {
        break;
      }
      YamlNode key = node(event, depth + 1);
      if (stopped) {
        break;
      }
      YamlNode value = node(events.next(), depth + 1);
      if (!(key instanceof YamlNode.Scalar scalar)) {
        error("wrong-type", key.at(), "A field's name is " + key.words(), "write a word");
      } else if (!keys.add(scalar.text())) {
        problems.error(
            "duplicate-field",
            key.at(),
            "Field '" + scalar.text() + "' is given twice",
            "only one of them could be meant",
            "remove one");
      } else {
        entries.add(new YamlNode.Entry(scalar, value));
      }
    }
    return new YamlNode.Mapping(List.copyOf(entries), at);
  }

  private static YamlNode nothing(Place at) {
    return new YamlNode.Scalar("", YamlNode.Kind.NOTHING, at);
  }

  private void stop(String code, Place at, String what, String fix) {
    error(code, at, what, fix);
    stopped = true;
  }

  private void error(String code, Place at, String what, String fix) {
    problems.error(code, at, what, "", fix);
  }

  private void syntax(MarkedYamlEngineException e) {
    Place at = e.getProblemMark().or(e::getContextMark).map(this::at).orElse(at(1, 1));
    String problem = e.getProblem() == null ? firstLine(e) : e.getProblem();
    if (problem.contains("TAB") || problem.contains("\t")) {
      problems.error(
          "yaml-tab",
          at,
          "A tab is used to indent",
          "YAML indents with spaces only",
          "replace tabs by spaces");
      return;
    }
    String context = e.getContext() == null ? "" : e.getContext().strip();
    String since = e.getContextMark().map(mark -> " from line " + at(mark).line()).orElse("");
    problems.error(
        "invalid-yaml",
        at,
        "Not valid YAML: " + problem.strip().replaceAll("\\s+", " "),
        context.isEmpty() ? "" : context.replaceAll("\\s+", " ") + since,
        "check indentation, quotes and brackets near here; quote a text that holds ': ' or ' #'");
  }

  private static String firstLine(YamlEngineException e) {
    String message = String.valueOf(e.getMessage());
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end);
  }

  private Place at(Event event) {
    return event.getStartMark().map(this::at).orElse(at(1, 1));
  }

  private Place at(Mark mark) {
    return at(mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** The end of the file is a place after its last line: shown as the end of that line. */
  private Place at(int line, int column) {
    return line <= lines ? new Place(name, line, column) : new Place(name, lines, lastColumn);
  }
}

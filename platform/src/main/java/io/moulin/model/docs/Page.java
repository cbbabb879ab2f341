package io.moulin.model.docs;

import io.moulin.spec.TableSpec.FieldSpec;
import io.moulin.spec.model.CheckSpec;
import java.util.List;
import java.util.Map;

/**
 * All that the page of a table says.
 *
 * @param fullName for example {@code gold.fct_trips}
 * @param kind what it is, in words
 * @param reads full names of what it is made of
 * @param readBy full names of what is made of it
 * @param sql how it is made; empty for a table of a stream
 * @param lineage by column, the columns that it depends on
 * @param results by check, what came of it last
 * @param state rows and time of the last commit, in words; empty when it does not exist yet
 */
public record Page(
    String fullName,
    String kind,
    String description,
    String owner,
    List<String> tags,
    List<String> partition,
    List<String> key,
    List<FieldSpec> fields,
    List<String> reads,
    List<String> readBy,
    String sql,
    Map<String, List<String>> lineage,
    List<CheckSpec> checks,
    Map<String, String> results,
    String state) {
  public Page {
    tags = List.copyOf(tags);
    partition = List.copyOf(partition);
    key = List.copyOf(key);
    fields = List.copyOf(fields);
    reads = List.copyOf(reads);
    readBy = List.copyOf(readBy);
    lineage = Map.copyOf(lineage);
    checks = List.copyOf(checks);
    results = Map.copyOf(results);
  }

  /** The first part of the name. */
  String namespace() {
    return fullName.substring(0, fullName.indexOf('.'));
  }

  /** The file of the page. */
  String file() {
    return file(fullName);
  }

  /** The file of the page of a table. */
  static String file(String fullName) {
    return fullName + ".html";
  }
}

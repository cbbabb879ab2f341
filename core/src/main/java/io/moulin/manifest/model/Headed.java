package io.moulin.manifest.model;

import io.moulin.manifest.block.BlockReader;
import io.moulin.manifest.block.Field.Block;
import io.moulin.manifest.block.Section;
import io.moulin.manifest.yaml.Problems;
import io.moulin.manifest.yaml.YamlFile;
import io.moulin.manifest.yaml.YamlNode;
import io.moulin.spec.Place;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file of SQL that begins with a comment of fields.
 *
 * @param header the fields; all of them left out when there is no comment
 * @param sql what follows, without the semicolon at its end
 * @param at where the SQL begins
 */
record Headed(Section header, String sql, Place at) {
  private static final String OPEN = "/*";
  private static final String CLOSE = "*/";

  /** Reads a file; null after reporting why it cannot be read. */
  static @Nullable Headed read(Path file, String name, Block block, Problems problems) {
    String text = YamlFile.text(file, name, problems);
    if (text == null) {
      return null;
    }
    int open = text.length() - text.stripLeading().length();
    Section header = new Section(block, new Place(name, 1, 1), Map.of(), Set.of());
    int body = 0;
    if (text.startsWith(OPEN, open)) {
      int close = text.indexOf(CLOSE, open);
      if (close < 0) {
        problems.error(
            "open-comment",
            place(name, text, open),
            "The comment that begins the file has no end",
            "",
            "end it with " + CLOSE + " before the SELECT");
        return null;
      }
      body = close + CLOSE.length();
      // Blanks in place of what is no YAML, so that every mistake is reported where it stands.
      String yaml = text.substring(0, open) + "  " + text.substring(open + OPEN.length(), close);
      if (!yaml.isBlank()) {
        YamlNode.Mapping mapping = YamlFile.parse(yaml, name, problems);
        if (mapping == null) {
          return null;
        }
        header = new BlockReader(problems, null).read(block, mapping);
      }
    }
    String sql = text.substring(body);
    int begin = body + sql.length() - sql.stripLeading().length();
    sql = sql.strip();
    while (sql.endsWith(";")) {
      sql = sql.substring(0, sql.length() - 1).stripTrailing();
    }
    Place at = place(name, text, Math.min(begin, text.length()));
    if (sql.isEmpty()) {
      problems.error(
          "no-sql", at, "The file has no SQL", "", "write a SELECT below its comment of fields");
      return null;
    }
    return new Headed(header, sql, at);
  }

  private static Place place(String name, String text, int offset) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < offset; i++) {
      boolean end = text.charAt(i) == '\n';
      line += end ? 1 : 0;
      column = end ? 1 : column + 1;
    }
    return new Place(name, line, column);
  }
}

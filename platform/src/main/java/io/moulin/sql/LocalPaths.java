package io.moulin.sql;

import io.moulin.spec.MoulinException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where DuckDB finds a file that Iceberg knows by its location. */
public final class LocalPaths {
  private static final Pattern FILE = Pattern.compile("^file:(?://(?:localhost)?(?=/))?(/.*)$");
  private static final Pattern SCHEME = Pattern.compile("^[a-zA-Z][a-zA-Z0-9+.-]+:.*");

  private LocalPaths() {}

  /** The path of {@code location}, which may be a path or begin with {@code file:}. */
  public static String of(String location) {
    Matcher file = FILE.matcher(location);
    if (file.matches()) {
      return file.group(1);
    } else if (SCHEME.matcher(location).matches()) {
      throw MoulinException.user(
          "unsupported-storage",
          "A query here reads local files; this one is elsewhere: " + location,
          "query the table with an engine that reaches its storage");
    }
    return location;
  }
}

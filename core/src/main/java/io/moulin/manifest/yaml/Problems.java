package io.moulin.manifest.yaml;

import io.moulin.spec.Diagnostic;
import io.moulin.spec.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The diagnostics found so far. */
public final class Problems {
  private final Comparator<Diagnostic> byPlace;
  private final List<Diagnostic> found = new ArrayList<>();
  private int errors;

  /**
   * @param firstFile the file whose problems are listed before those of others
   */
  public Problems(String firstFile) {
    byPlace =
        Comparator.comparing((Diagnostic d) -> !d.at().file().equals(firstFile))
            .thenComparing(d -> d.at().file())
            .thenComparing(d -> d.at().line())
            .thenComparing(d -> d.at().column());
  }

  /** Notes what forbids to go on. */
  public void error(String code, Place at, String what, String why, String fix) {
    found.add(Diagnostic.error(code, at, what, why, fix));
    errors++;
  }

  /** Notes what the user should know. */
  public void warning(String code, Place at, String what, String why, String fix) {
    found.add(Diagnostic.warning(code, at, what, why, fix));
  }

  /** How many errors there are; compare two readings to see whether a step found any. */
  public int errors() {
    return errors;
  }

  /** All of them by file, line and column. */
  public List<Diagnostic> sorted() {
    return found.stream().distinct().sorted(byPlace).toList();
  }

  /** True when nothing forbids to go on. */
  public boolean none() {
    return errors == 0;
  }
}

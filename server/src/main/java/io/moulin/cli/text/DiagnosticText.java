package io.moulin.cli.text;

import io.moulin.control.Checking.Checked;
import io.moulin.spec.Diagnostic;
import java.io.PrintStream;

/** The mistakes of a project as users see them. */
public final class DiagnosticText {
  private DiagnosticText() {}

  public static void print(Checked checked, PrintStream stream, Style style) {
    for (Diagnostic diagnostic : checked.diagnostics()) {
      stream.println(coloured(diagnostic, style));
    }
  }

  private static String coloured(Diagnostic diagnostic, Style style) {
    String plain = diagnostic.toString();
    String place = diagnostic.at().toString();
    String severity =
        switch (diagnostic.severity()) {
          case ERROR -> style.red("error");
          case WARNING -> style.yellow("warning");
        };
    int word = place.length() + 2;
    return style.bold(place)
        + ": "
        + severity
        + plain.substring(word + diagnostic.severity().name().length());
  }
}

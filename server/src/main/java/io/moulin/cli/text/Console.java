package io.moulin.cli.text;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Where a command writes to, and how. */
public final class Console {
  private static final int NARROWEST = 60;

  private final PrintStream out;
  private final PrintStream err;
  private final Style outStyle;
  private final Style errStyle;
  private final Called called;
  private final Terminal terminal;

  /**
   * How this process was called.
   *
   * @param program what one types to call it
   * @param terminals which streams are terminals, as the launcher found: {@code out}, {@code err},
   *     both or none
   * @param width of the terminal in characters; 0 when nobody knows
   */
  public record Called(String program, String terminals, int width) {}

  private Console(
      PrintStream out,
      PrintStream err,
      Style outStyle,
      Style errStyle,
      Called called,
      Terminal terminal) {
    this.called = called;
    this.terminal = terminal;
    this.out = out;
    this.err = err;
    this.outStyle = outStyle;
    this.errStyle = errStyle;
  }

  /** The console of this process. Text is coloured on a terminal, and never with NO_COLOR. */
  public static Console ofProcess(
      Map<String, String> environment, Called called, Terminal terminal) {
    boolean colour =
        environment.getOrDefault("NO_COLOR", "").isEmpty()
            && !"dumb".equals(environment.get("TERM"));
    return new Console(
        // The streams of System would encode by the platform's charset.
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        colour && called.terminals().contains("out") ? Style.COLOURED : Style.PLAIN,
        colour && called.terminals().contains("err") ? Style.COLOURED : Style.PLAIN,
        called,
        terminal);
  }

  /** A console without colour that writes to these streams. */
  public static Console plain(PrintStream out, PrintStream err) {
    return new Console(
        out, err, Style.PLAIN, Style.PLAIN, new Called("moulin", "", 0), new Terminal());
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** What was asked for. */
  public PrintStream out() {
    return out;
  }

  /** Progress, logs and errors. */
  public PrintStream err() {
    return err;
  }

  public Style outStyle() {
    return outStyle;
  }

  public Style errStyle() {
    return errStyle;
  }

  /** The same console, where what is meant for people goes to {@link #err()}. */
  public Console aside() {
    return new Console(err, err, errStyle, errStyle, called, terminal);
  }

  /** How large it is, when it is a terminal. */
  public Terminal terminal() {
    return terminal;
  }

  /** What one types to call this program. */
  public String program() {
    return called.program();
  }

  /** How many characters a line can have: {@code most}, or less on a narrow terminal. */
  public int columns(int most) {
    return called.width() == 0 ? most : Math.max(NARROWEST, Math.min(most, called.width()));
  }
}

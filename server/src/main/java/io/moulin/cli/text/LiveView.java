package io.moulin.cli.text;

import io.moulin.control.live.LiveStatus;
import java.util.List;

/**
 * A screen that is drawn again and again in its place. It is the terminal's second screen, so that
 * what stood before stands again afterwards, whatever its user did to the size.
 */
public final class LiveView implements LiveOutput {
  private static final String ENTER = "\u001b[?1049h\u001b[?25l";
  private static final String LEAVE = "\u001b[?25h\u001b[?1049l";
  private static final String TO_BEGIN = "\u001b[H";
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String CLEAR_REST = "\u001b[J";

  private final Console console;
  private final Terminal terminal;
  private boolean entered;

  public LiveView(Console console, Terminal terminal) {
    this.console = console;
    this.terminal = terminal;
  }

  @Override
  public void show(LiveStatus status) {
    Terminal.Size size = terminal.size();
    List<String> lines =
        LiveFrame.lines(status, console.outStyle(), size.rows() - 1, size.columns());
    StringBuilder frame = new StringBuilder(entered ? "" : ENTER).append(TO_BEGIN);
    entered = true;
    for (String line : lines) {
      frame.append(line).append(CLEAR_LINE).append("\r\n");
    }
    // One write a frame, and no clearing before it: nothing flickers.
    console.out().print(frame.append(CLEAR_REST));
    console.out().flush();
  }

  @Override
  public void close() {
    if (entered) {
      console.out().print(LEAVE);
      console.out().flush();
    }
  }
}

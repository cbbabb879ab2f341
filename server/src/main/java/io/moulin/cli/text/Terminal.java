package io.moulin.cli.text;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** How large the terminal is, which its user may change at any time. */
public final class Terminal {
  private static final int USUAL_ROWS = 24;
  private static final int USUAL_COLUMNS = 80;

  private final AtomicBoolean changed = new AtomicBoolean(true);
  private volatile Size size = new Size(USUAL_ROWS, USUAL_COLUMNS);

  /** In characters. */
  record Size(int rows, int columns) {}

  /** Whoever receives the signal of a change calls this. */
  public void resized() {
    changed.set(true);
  }

  /** The size of now; it is asked for only when it may have changed. */
  Size size() {
    if (changed.getAndSet(false)) {
      size = asked();
    }
    return size;
  }

  /** Java does not tell, so the terminal's own program is asked. */
  private Size asked() {
    try {
      Process stty = new ProcessBuilder("sh", "-c", "stty size </dev/tty").start();
      stty.getOutputStream().close();
      String said = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      if (!stty.waitFor(1, TimeUnit.SECONDS)) {
        stty.destroyForcibly();
      }
      String[] numbers = said.strip().split(" ", -1);
      return numbers.length == 2
              && numbers[0].matches("[1-9]\\d*")
              && numbers[1].matches("[1-9]\\d*")
          ? new Size(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]))
          : size;
    } catch (IOException e) {
      return size; // a system without it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return size;
    }
  }
}

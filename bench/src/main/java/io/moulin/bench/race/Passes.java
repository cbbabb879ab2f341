package io.moulin.bench.race;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The contender's side of a race, in a process of its own: it says on stdout when a pass is about
 * to begin and when it has ended, and goes on when it is told to on stdin. Needs only the JDK, so
 * that contenders with other libraries can use it.
 */
public final class Passes {
  static final String BEGIN = "@begin ";
  static final String END = "@end ";

  private Passes() {}

  /** The work of one pass. */
  @FunctionalInterface
  public interface Pass {
    /**
     * Does it.
     *
     * @param number from 1
     */
    void run(int number) throws Exception;
  }

  /** Runs {@code count} passes, and then ends the process, whatever threads it still has. */
  public static void run(int count, Pass pass) {
    int status = 0;
    try {
      BufferedReader orders =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (int number = 1; number <= count; number++) {
        say(BEGIN + number, orders);
        pass.run(number);
        say(END + number, orders);
      }
    } catch (Exception e) {
      e.printStackTrace(System.err);
      status = 1;
    }
    Runtime.getRuntime().halt(status);
  }

  private static void say(String line, BufferedReader orders) throws IOException {
    System.out.println(line);
    System.out.flush();
    if (orders.readLine() == null) {
      throw new IOException("Cannot go on: whoever measures is gone");
    }
  }
}

package io.moulin.bench.race;

import java.util.List;

/**
 * Somebody who can do the work.
 *
 * @param name as results call it
 * @param what it does, in a few words
 * @param heap most Java heap of its process, for example {@code 768m}
 * @param topic what it reads; empty when it reads the file
 * @param command classpath, main class and arguments; {@code {id}} in an argument is replaced by
 *     what its tables end in, without the number of the pass
 * @param finish looks at what a pass has made
 */
public record Contender(
    String name, String what, String heap, String topic, List<String> command, Finish finish) {
  public Contender {
    command = List.copyOf(command);
  }

  /** What a pass has made. */
  @FunctionalInterface
  public interface Finish {
    /**
     * Compares what the pass has made with what is expected.
     *
     * @param id what the tables of this pass end in
     * @param firstMillis when the first record was served
     * @throws IllegalStateException when anything is missing, or too much
     */
    Done check(Surroundings surroundings, String id, long firstMillis) throws Exception;
  }

  /**
   * Rows and the time at which they were committed.
   *
   * @param atMillis milliseconds since 1970
   */
  public record Done(long rows, long atMillis) {}
}

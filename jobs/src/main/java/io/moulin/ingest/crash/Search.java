package io.moulin.ingest.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Finds among records those that end a process, with few processes: one that dies says which group
 * it was at, and only that group is searched further, in smaller groups.
 */
final class Search {
  /** Groups of a group: a process more costs more than some passes more within it. */
  private static final int PARTS = 16;

  private Search() {}

  /** Tries records in a process of their own. */
  @FunctionalInterface
  interface Trial {
    /**
     * Tries the records from {@code from} to {@code to}, in groups of {@code group}.
     *
     * @return the first record of the group at which the process died; empty when it did not
     */
    OptionalInt run(int from, int to, int group);
  }

  /** The records, of {@code size}, that end a process on their own. */
  static List<Integer> poisonous(int size, Trial trial) {
    List<Integer> found = new ArrayList<>();
    if (size > 0) {
      search(0, size, size, trial, found);
    }
    return found;
  }

  private static void search(int from, int to, int group, Trial trial, List<Integer> found) {
    int next = from;
    while (next < to) {
      OptionalInt died = trial.run(next, to, group);
      if (died.isEmpty()) {
        return;
      }
      int at = died.getAsInt();
      if (group == 1) {
        found.add(at);
      } else {
        search(at, Math.min(to, at + group), (group + PARTS - 1) / PARTS, trial, found);
      }
      next = at + group;
    }
  }
}

package io.moulin.model;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the checks of streams compare them with. It has to be built before anything is made of the
 * stream, for the check comes between the two.
 */
final class StreamTargets {
  private final Map<String, List<String>> reads;
  private final Map<String, Set<String>> targets = new HashMap<>();

  /**
   * @param reads of each model, by full names
   */
  StreamTargets(Map<String, List<String>> reads) {
    this.reads = Map.copyOf(reads);
  }

  void add(String stream, String target) {
    targets.computeIfAbsent(stream, name -> new LinkedHashSet<>()).add(target);
  }

  void remove(String stream, String target) {
    targets.getOrDefault(stream, Set.of()).remove(target);
  }

  /** What has to be built before a model, because of checks of streams that it reads. */
  Set<String> before(String model) {
    Set<String> before = new LinkedHashSet<>();
    reads
        .getOrDefault(model, List.of())
        .forEach(read -> before.addAll(targets.getOrDefault(read, Set.of())));
    return before;
  }

  /**
   * Whether a target of a stream could be built only after something that is made of the stream.
   */
  boolean circular(String stream, String target) {
    Set<String> seen = new HashSet<>(Set.of(target));
    Deque<String> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      String name = open.remove();
      List<String> direct = reads.getOrDefault(name, List.of());
      if (direct.contains(stream)) {
        return true;
      }
      Set<String> next = new LinkedHashSet<>(direct);
      next.addAll(before(name));
      next.stream().filter(seen::add).forEach(open::add);
    }
    return false;
  }
}

package io.moulin.model.build;

import io.moulin.model.Node;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a build. Of the nodes that could be next, the one goes first that the longest
 * chain of others waits for, so that the end of a build is not one chain on one thread.
 */
final class Turns implements AutoCloseable {
  private final ThreadPoolExecutor threads;
  private final Map<String, Integer> waiting = new HashMap<>();

  /**
   * @param sideBySide how many nodes at a time
   * @param nodes each behind those that it reads
   * @param awaited by full name, what has to be done before a node is
   */
  Turns(int sideBySide, List<Node> nodes, Map<String, Set<String>> awaited) {
    threads =
        new ThreadPoolExecutor(
            sideBySide, sideBySide, 0, TimeUnit.SECONDS, new PriorityBlockingQueue<>());
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      int behind = waiting.getOrDefault(node.fullName(), 0);
      int own = behind + (node.kind().stored() ? 1 : 0);
      awaited
          .getOrDefault(node.fullName(), Set.of())
          .forEach(before -> waiting.merge(before, own, Math::max));
    }
  }

  /** Runs what has to be done for a node when it is its turn. */
  Executor of(Node node) {
    int chain = waiting.getOrDefault(node.fullName(), 0);
    return work -> threads.execute(new Turn(chain, work));
  }

  /** Runs what goes before all nodes. */
  Executor first() {
    return work -> threads.execute(new Turn(Integer.MAX_VALUE, work));
  }

  private record Turn(int chain, Runnable work) implements Runnable, Comparable<Turn> {
    @Override
    public void run() {
      work.run();
    }

    @Override
    public int compareTo(Turn other) {
      return Comparator.comparingInt(Turn::chain).reversed().compare(this, other);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

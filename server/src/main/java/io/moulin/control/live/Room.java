package io.moulin.control.live;

import io.moulin.spec.MoulinException;
import io.moulin.spec.project.EngineSpec;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import javax.management.JMException;
import javax.management.ObjectName;

/** Whether the memory that several jobs may take together is there. */
final class Room {
  private static final long MB = 1L << 20;

  private Room() {}

  /** Refuses when the jobs alone could take more than the machine has. */
  static void require(EngineSpec engine, int datasets) {
    long data = data(engine, datasets);
    if (data > machine()) {
      throw MoulinException.user(
          "memory-too-large",
          "%s may take %,d MB, and this machine has %,d MB"
              .formatted(sum(engine, datasets), data / MB, machine() / MB),
          "lower engine.memory or engine.parallelism, or start fewer datasets: moulin up DATASET");
    }
  }

  /** What they may take, when it would leave no room for the heap. */
  static Optional<String> tight(EngineSpec engine, int datasets) {
    long heap = Runtime.getRuntime().maxMemory();
    long data = data(engine, datasets);
    return data + heap <= machine()
        ? Optional.empty()
        : Optional.of(
            "%s may take %,d MB, the Java heap %,d MB, and this machine has %,d MB: lower engine.memory"
                .formatted(sum(engine, datasets), data / MB, heap / MB, machine() / MB));
  }

  private static String sum(EngineSpec engine, int datasets) {
    return "the data of %d datasets x %d subtasks x %,d MB"
        .formatted(datasets, engine.parallelism(), engine.memoryBytes() / MB);
  }

  private static long data(EngineSpec engine, int datasets) {
    return (long) datasets * engine.parallelism() * engine.memoryBytes();
  }

  /** What the machine has, or the container that this process runs in. */
  private static long machine() {
    try {
      return (long)
          ManagementFactory.getPlatformMBeanServer()
              .getAttribute(
                  ObjectName.getInstance(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME),
                  "TotalMemorySize");
    } catch (JMException e) {
      return Long.MAX_VALUE; // a JVM that does not say it
    }
  }
}

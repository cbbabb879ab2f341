package io.moulin.bench.limit;

import io.moulin.bench.race.Passes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;

/**
 * Reads the topic and nothing else: two threads, each with a consumer, that drop every record.
 * Nobody who makes tables of the topic on this machine can be faster.
 */
public final class TopicMain {
  private static final int THREADS = 2;

  private TopicMain() {}

  /** Arguments: the broker, the topic, and passes. */
  public static void main(String[] arguments) {
    Passes.run(Integer.parseInt(arguments[2]), pass -> run(arguments[0], arguments[1]));
  }

  private static void run(String bootstrap, String topic) throws Exception {
    List<Integer> partitions;
    try (KafkaConsumer<byte[], byte[]> consumer = TopicReader.open(bootstrap)) {
      partitions = consumer.partitionsFor(topic).stream().map(PartitionInfo::partition).toList();
    }
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> parts = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        List<Integer> mine = every(partitions, i);
        parts.add(
            pool.submit(
                () -> {
                  TopicReader.read(bootstrap, topic, mine, record -> {});
                  return null;
                }));
      }
      for (Future<?> part : parts) {
        part.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static List<Integer> every(List<Integer> partitions, int thread) {
    return partitions.stream().filter(partition -> partition % THREADS == thread).toList();
  }
}

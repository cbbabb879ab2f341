package io.moulin.bench.micro;

import io.moulin.ingest.keys.SeenKeys;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A million keys of 126 bits, one in a hundred for the second time: ours, and the JDK's set. */
@State(Scope.Thread)
public class Deduplicating extends PerSecond {
  private static final int KEYS = 1_000_000;
  private static final long SEED = 42;
  private static final long DAY_MICROS = TimeUnit.DAYS.toMicros(1);

  private record Key(long high, long low) {}

  @Benchmark
  @OperationsPerInvocation(KEYS)
  public long ours() {
    SeenKeys keys = new SeenKeys(DAY_MICROS);
    SplittableRandom random = new SplittableRandom(SEED);
    long high = 0;
    long low = 0;
    long fresh = 0;
    for (int i = 0; i < KEYS; i++) {
      if (i % 100 != 99) {
        high = random.nextLong() >>> 1;
        low = random.nextLong() >>> 1;
      }
      fresh += keys.add(high, low, i) ? 1 : 0;
    }
    return fresh;
  }

  @Benchmark
  @OperationsPerInvocation(KEYS)
  public long setOfRecords() {
    Set<Key> keys = new HashSet<>();
    SplittableRandom random = new SplittableRandom(SEED);
    Key key = new Key(0, 0);
    long fresh = 0;
    for (int i = 0; i < KEYS; i++) {
      if (i % 100 != 99) {
        key = new Key(random.nextLong() >>> 1, random.nextLong() >>> 1);
      }
      fresh += keys.add(key) ? 1 : 0;
    }
    return fresh;
  }
}

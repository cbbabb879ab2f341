package io.moulin.decode;

import io.moulin.decode.RegistryClient.Answer;
import io.moulin.decode.Undecodable.Kind;
import io.moulin.spec.project.RegistrySpec;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Schemas by id, from a registry that speaks Confluent's API. What it does not answer is asked for
 * again, ever more slowly, while the stream waits; or it is answered with the reason for a dead
 * letter, as declared.
 */
final class SchemaRegistry {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaRegistry.class);
  private static final int MOST_FAILED = 10_000;
  private static final long FIRST_WAIT_MILLIS = 200;
  private static final long LONGEST_WAIT_MILLIS = 30_000;

  /** How long a failure is taken for the answer, so that not every record asks again. */
  private static final long FAILED_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final RegistrySpec.OnError onError;
  private final RegistryClient client;
  private final Map<Integer, Failed> failed = new HashMap<>();

  /**
   * @param onError what to do when it does not answer
   */
  SchemaRegistry(RegistrySpec spec, RegistrySpec.OnError onError) {
    this.onError = onError;
    this.client = new RegistryClient(spec);
  }

  private record Failed(Answer answer, long atNanos) {}

  /** The schema of an id; asks the registry each time that it is not known to have failed. */
  Answer schema(int id) {
    Failed before = failed.get(id);
    if (before != null && System.nanoTime() - before.atNanos < FAILED_NANOS) {
      return before.answer;
    }
    long wait = FIRST_WAIT_MILLIS;
    while (true) {
      Answer answer = client.byId(id);
      if (answer.schema() != null) {
        return answer;
      }
      if (answer.kind() == Kind.INCOMPATIBLE_SCHEMA
          || onError == RegistrySpec.OnError.DEAD_LETTER) {
        return remember(id, answer);
      }
      LOG.warn("Waiting for a schema, asking again in {} ms: {}", wait, answer.message());
      pause(wait);
      wait = Math.min(LONGEST_WAIT_MILLIS, wait * 2);
    }
  }

  private Answer remember(int id, Answer answer) {
    if (failed.size() >= MOST_FAILED) {
      failed.clear();
    }
    failed.put(id, new Failed(answer, System.nanoTime()));
    return answer;
  }

  private static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw RegistryClient.interrupted(e);
    }
  }
}

package io.moulin.platform;

import io.moulin.spec.MoulinException;
import java.util.function.Supplier;

/** How an operation of a {@link FakePlatform} goes wrong. */
public enum Fault {
  NONE,
  /** It does nothing and says that it failed. */
  BEFORE,
  /** It does all and says that it failed. */
  AFTER;

  /** Decides how each operation goes. */
  @FunctionalInterface
  public interface Source {
    /** Every operation succeeds. */
    Source NEVER = operation -> NONE;

    /** How the operation of that name goes. */
    Fault next(String operation);
  }

  void run(String operation, Runnable body) {
    if (this == BEFORE) {
      throw failure(operation);
    }
    body.run();
    if (this == AFTER) {
      throw failure(operation);
    }
  }

  <T> T answer(String operation, Supplier<T> body) {
    if (this == BEFORE) {
      throw failure(operation);
    }
    T answer = body.get();
    if (this == AFTER) {
      throw failure(operation);
    }
    return answer;
  }

  private static MoulinException failure(String operation) {
    return MoulinException.external("fake-failure", "The fake failed to " + operation, "try again");
  }
}

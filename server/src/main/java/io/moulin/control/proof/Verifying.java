package io.moulin.control.proof;

/**
 * Proves that a project loses and doubles nothing: runs a copy of it, hurts it again and again, and
 * compares its tables with those of a run that nobody disturbed.
 */
@FunctionalInterface
public interface Verifying {

  /**
   * Verifies a project. The tables and topics of the project itself are never touched.
   *
   * @throws io.moulin.spec.MoulinException when the project is wrong, or cannot be run at all
   */
  VerifyReport verify(VerifyRequest request, Listener listener);

  /** Hears how it gets on. */
  @FunctionalInterface
  interface Listener {
    /** Called at each step, with one line for people. */
    void step(String what);
  }
}

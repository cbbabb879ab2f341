package io.moulin.control;

/**
 * What a run did.
 *
 * @param consumed records that this run committed
 * @param commits commits that it made; 0 when it was stopped, because nobody counted them
 * @param restarts how often its job was restarted after a failure
 * @param alarm what is to be said of its rows; empty when nothing is
 */
public record RunReport(
    Ended ended,
    BalanceReport balance,
    long consumed,
    int commits,
    int restarts,
    double seconds,
    String alarm) {

  /** How a run came to its end. */
  public enum Ended {
    /** There was nothing to do. */
    AT_ONCE,
    /** It had read all that there was when it began. */
    CAUGHT_UP,
    /** Somebody stopped a run that has no end of its own. */
    STOPPED
  }
}

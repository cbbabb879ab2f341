package io.moulin.load;

/** Hears how a load gets on. */
public interface LoadListener {

  /** One that does not listen. */
  LoadListener NONE = new LoadListener() {};

  /**
   * Called now and then.
   *
   * @param rows rows handed to the broker so far
   * @param total rows that there will be
   */
  default void progress(long rows, long total) {}

  /** Called at the end of every load that ran to its end, even if it then fails its check. */
  default void finished(LoadSummary summary) {}
}

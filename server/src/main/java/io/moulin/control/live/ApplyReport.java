package io.moulin.control.live;

import java.util.List;

/** What became of the datasets that are kept running when their manifests were read again. */
public record ApplyReport(List<Item> items) {
  public ApplyReport {
    items = List.copyOf(items);
  }

  /** What became of one dataset. */
  public enum Outcome {
    /** Nothing that its job needs has changed. */
    UNCHANGED,
    /** It is new, and runs. */
    STARTED,
    /** It runs with the new manifest. */
    RESTARTED,
    /** It is declared no longer; its tables stay. */
    STOPPED,
    /** The new manifest did not come up, and the job runs on with the former one. */
    ROLLED_BACK,
    /** It does not run. */
    FAILED
  }

  /**
   * One dataset.
   *
   * @param why what went wrong; empty when nothing did
   */
  public record Item(String dataset, Outcome outcome, String why) {
    /** Whether the dataset is as its manifest declares. */
    public boolean ok() {
      return outcome != Outcome.ROLLED_BACK && outcome != Outcome.FAILED;
    }
  }

  /** Whether every dataset is as its manifest declares. */
  public boolean ok() {
    return items.stream().allMatch(Item::ok);
  }
}

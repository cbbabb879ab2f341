package io.moulin.control.live;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a dataset's job is.
 *
 * @param why the newest failure, or why there is no job; empty when all is well
 * @param restarts how often the job was started again
 * @param retryAt when it is started again; null unless it waits for that
 * @param rateIn records read a second, over the last seconds
 * @param consumed records that all commits so far account for
 * @param open records that were read and are not committed yet
 * @param tables those of the books
 * @param followed those that follow silver: the history and live aggregates
 * @param watermark event time before which no row is expected any more; null without event time
 * @param heldBackBy the partition that the watermark waits for while others are further; null when
 *     none holds it back
 * @param lastCommit when this process last committed rows; null before that
 * @param lastCommitRows how many records that commit held
 * @param nextCommit when the next commit is cut off; null while the job does not run
 * @param commits how many commits this process has made
 * @param duplicates rows that were duplicates, of all commits so far
 * @param balanced whether the tables' metadata accounts for every record
 * @param keys how many keys dedup remembers
 * @param keyBytes memory that they take
 */
public record LiveDataset(
    String dataset,
    String topic,
    State state,
    String why,
    int restarts,
    @Nullable Instant retryAt,
    double rateIn,
    long consumed,
    long open,
    List<LiveTable> tables,
    List<FollowedTable> followed,
    List<LivePartition> partitions,
    @Nullable Instant watermark,
    @Nullable Integer heldBackBy,
    @Nullable Instant lastCommit,
    long lastCommitRows,
    @Nullable Instant nextCommit,
    int commits,
    long duplicates,
    boolean balanced,
    List<String> problems,
    long keys,
    long keyBytes) {

  public LiveDataset {
    tables = List.copyOf(tables);
    followed = List.copyOf(followed);
    partitions = List.copyOf(partitions);
    problems = List.copyOf(problems);
  }

  /** What a dataset's job does. */
  public enum State {
    /** There is no job, because what the manifest declares was not applied. */
    NOT_APPLIED,
    STARTING,
    RUNNING,
    /** It failed and is started again in a while. */
    RESTARTING,
    /** It failed for a reason that trying again does not mend. */
    FAILED,
    STOPPED
  }

  /**
   * A table of the dataset.
   *
   * @param rows what its newest snapshot says it holds
   * @param rate rows written for it a second, over the last commits
   */
  public record LiveTable(String name, long rows, double rate) {}

  /**
   * A partition of the topic.
   *
   * @param committed offset behind what the tables hold
   * @param read offset behind what was read
   * @param end offset behind the last record of the topic, as of some seconds ago
   * @param watermark how far event time has come in it; null without event time
   * @param idle whether nothing came for so long that it holds nothing back
   */
  public record LivePartition(
      int partition,
      long committed,
      long read,
      long end,
      @Nullable Instant watermark,
      boolean idle) {
    /** Records that wait in the topic to be read. */
    public long lag() {
      return Math.max(0, end - read);
    }
  }

  /** Records that wait in the topic to be read. */
  public long lag() {
    return partitions.stream().mapToLong(LivePartition::lag).sum();
  }
}

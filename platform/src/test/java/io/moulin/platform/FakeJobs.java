package io.moulin.platform;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An engine whose jobs read nothing and end at once, as far as they were asked to read. */
public final class FakeJobs implements JobRunner {
  private final List<JobRequest> started = new ArrayList<>();
  private final Fault.Source faults;

  FakeJobs(Fault.Source faults) {
    this.faults = faults;
  }

  /** What was started, in order. */
  public List<JobRequest> started() {
    return List.copyOf(started);
  }

  @Override
  public RunningJob start(JobRequest request) {
    String operation = "start the job of " + request.dataset().name();
    faults.next(operation).run(operation, () -> started.add(request));
    return new Ended(request, faults);
  }

  private record Ended(JobRequest request, Fault.Source faults) implements RunningJob {
    @Override
    public long consumed() {
      return request.until().values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public JobOutcome await() {
      String operation = "run the job of " + request.dataset().name();
      faults.next(operation).run(operation, () -> {});
      return new JobOutcome(consumed(), 1, 0);
    }

    @Override
    public JobState state() {
      return new JobState(Phase.ENDED, "fake", 0, "", "", null);
    }

    @Override
    public boolean commit(Duration patience) {
      return true;
    }

    @Override
    public boolean stop(Duration patience) {
      return true;
    }

    @Override
    public void cancel() {}
  }
}

package io.moulin.platform;

/** A platform in memory, which can be told to fail. */
public final class FakePlatform implements Platform {
  private final FakeTopics topics;
  private final FakeTables tables;
  private final FakeJobs jobs;
  private Fault.Source faults = Fault.Source.NEVER;

  public FakePlatform() {
    Fault.Source current = operation -> faults.next(operation);
    topics = new FakeTopics(current);
    tables = new FakeTables(current);
    jobs = new FakeJobs(current);
  }

  /** From now on operations go as {@code source} decides. */
  public void fail(Fault.Source source) {
    faults = source;
  }

  @Override
  public FakeTopics topics() {
    return topics;
  }

  @Override
  public Tables tables() {
    return tables;
  }

  @Override
  public FakeJobs jobs() {
    return jobs;
  }

  @Override
  public void close() {}
}

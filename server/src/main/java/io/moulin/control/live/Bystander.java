package io.moulin.control.live;

import io.moulin.control.Figures;
import io.moulin.control.Session;
import io.moulin.spec.MoulinException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The control point of a command that has the project, but keeps no datasets running. */
final class Bystander implements ControlPoint {
  private final Session session;
  private final String doing;
  private final Thread worker;
  private final Instant since = Instant.now();

  Bystander(Session session, String doing, Thread worker) {
    this.session = session;
    this.doing = doing;
    this.worker = worker;
  }

  @Override
  public LiveStatus status() {
    return new LiveStatus(
        session.project().spec().name(),
        ProcessHandle.current().pid(),
        doing,
        since,
        Instant.now(),
        session.platform().topics().clientProperties().getOrDefault("bootstrap.servers", ""),
        session.platform().tables().catalogProperties().getOrDefault("uri", ""),
        Figures.rssBytes(),
        List.of());
  }

  @Override
  public ApplyReport apply() {
    throw MoulinException.user(
        "not-kept-up",
        "process %d (%s) keeps no datasets running".formatted(ProcessHandle.current().pid(), doing),
        "what was applied holds when it is started again");
  }

  /** Ends the command as Ctrl-C does. */
  @Override
  public LiveStatus stop(Duration patience) {
    LiveStatus status = status();
    worker.interrupt();
    return status;
  }
}

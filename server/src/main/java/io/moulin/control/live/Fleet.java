package io.moulin.control.live;

import io.moulin.commit.Balance;
import io.moulin.control.Balancing;
import io.moulin.control.Figures;
import io.moulin.control.Planning;
import io.moulin.control.Project;
import io.moulin.control.Running;
import io.moulin.control.Session;
import io.moulin.control.live.ApplyReport.Item;
import io.moulin.control.live.ApplyReport.Outcome;
import io.moulin.control.live.LiveDataset.State;
import io.moulin.control.mend.Followers;
import io.moulin.plan.Planner;
import io.moulin.platform.JobRunner.Phase;
import io.moulin.platform.JobRunner.RunningJob;
import io.moulin.spec.DatasetSpec;
import io.moulin.spec.MoulinException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The datasets of a project, each with a job that is kept running. */
public final class Fleet implements ControlPoint, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration ASK = Duration.ofSeconds(2);

  /** Books are read after each commit, and now and then because others may change the tables. */
  private static final int ASKS_BETWEEN_BOOKS = 5;

  private final Session session;
  private final Planning planning;
  private final Set<String> chosen;
  private final Supplier<Project> reread;
  private final Instant since = Instant.now();
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final CountDownLatch stopAsked = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Object looking = new Object();
  private volatile boolean changing;
  private volatile List<LiveDataset> seen = List.of();

  /**
   * @param chosen names of the datasets to keep running; empty for all of the project
   * @param reread reads the manifests again
   */
  Fleet(Session session, Planning planning, Set<String> chosen, Supplier<Project> reread) {
    this.session = session;
    this.planning = planning;
    this.chosen = Set.copyOf(chosen);
    this.reread = reread;
  }

  /** Begins to look at how the jobs are. */
  void watch() {
    look();
    every(LOOK, "live", this::look);
    every(ASK, "books", this::ask);
  }

  private void every(Duration period, String name, Runnable action) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (!closed.await(period.toMillis(), TimeUnit.MILLISECONDS)) {
                  action.run();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Adds a dataset whose tables exist, and starts its job. */
  void start(DatasetSpec dataset) {
    Member member = member(session.project(), dataset);
    put(member);
    member.text().ifPresent(text -> InForce.set(session.project(), dataset, text));
    Swap.begin(session, member);
  }

  /** Adds a dataset that cannot run, for this reason. */
  void rests(DatasetSpec dataset, String why) {
    Member member = member(session.project(), dataset);
    member.rests(State.NOT_APPLIED, why);
    put(member);
  }

  private static Member member(Project project, DatasetSpec dataset) {
    return new Member(dataset, project.spec().engine(), InForce.text(project, dataset));
  }

  private void put(Member member) {
    synchronized (members) {
      members.put(member.dataset().name(), member);
    }
  }

  private List<Member> members() {
    synchronized (members) {
      return new ArrayList<>(members.values());
    }
  }

  private void look() {
    synchronized (looking) { // an older look never replaces a newer one
      Instant now = Instant.now();
      seen = members().stream().map(member -> member.look(now)).toList();
    }
  }

  /** Asks the broker and the tables, which may take a while, so that it has a thread of its own. */
  private void ask() {
    try {
      askEnds();
      for (Member member : members()) {
        boolean due = member.booksAreDue(ASKS_BETWEEN_BOOKS);
        if (due) {
          readBooks(member);
        }
        if (due || member.standingsAreDue()) {
          member.standings(Followers.standings(session, member.dataset()));
        }
      }
    } catch (RuntimeException e) {
      // The jobs say it themselves when they cannot go on; here it only makes figures old.
      LOG.info("Cannot ask how the datasets are", e);
    }
  }

  private void askEnds() {
    List<String> topics =
        members().stream().map(member -> member.dataset().source().topic()).distinct().toList();
    Map<String, Map<Integer, Long>> ends = session.platform().topics().ends(topics);
    members()
        .forEach(
            member -> member.ends(ends.getOrDefault(member.dataset().source().topic(), Map.of())));
  }

  private void readBooks(Member member) {
    if (member.job().isPresent()) {
      Balance balance = Balancing.settled(session.platform().tables().catalog(), member.dataset());
      member.balance(balance);
    }
  }

  /** Waits until somebody has asked for a stop, for this long at most; whether somebody has. */
  public boolean awaitStop(Duration patience) throws InterruptedException {
    return stopAsked.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether no job runs or will ever again without somebody's help. */
  public boolean allFailed() {
    if (changing) {
      return false;
    }
    List<LiveDataset> now = seen;
    return !now.isEmpty()
        && now.stream()
            .allMatch(each -> each.state() == State.FAILED || each.state() == State.NOT_APPLIED);
  }

  @Override
  public LiveStatus status() {
    return new LiveStatus(
        session.project().spec().name(),
        ProcessHandle.current().pid(),
        "up",
        since,
        Instant.now(),
        session.platform().topics().clientProperties().getOrDefault("bootstrap.servers", ""),
        session.platform().tables().catalogProperties().getOrDefault("uri", ""),
        Figures.rssBytes(),
        seen);
  }

  /** The datasets whose jobs run here. */
  public List<String> datasets() {
    return members().stream().map(member -> member.dataset().name()).toList();
  }

  @Override
  public synchronized ApplyReport apply() {
    changing = true; // a job that fails now is rolled back
    try {
      return new ApplyReport(apply(reread.get()));
    } finally {
      look();
      changing = false;
    }
  }

  private List<Item> apply(Project project) {
    List<DatasetSpec> declared =
        project.spec().datasets().stream().filter(each -> kept(each.name())).toList();
    Swap swap = new Swap(session, project);
    List<Item> items = new ArrayList<>();
    for (DatasetSpec dataset : declared) {
      try {
        items.add(apply(swap, project, dataset));
      } catch (MoulinException e) {
        items.add(new Item(dataset.name(), Outcome.FAILED, e.code() + ": " + e.getMessage()));
      }
    }
    List<String> names = declared.stream().map(DatasetSpec::name).toList();
    for (Member member : members()) {
      if (!names.contains(member.dataset().name())) {
        halt(member, Swap.LAST_COMMIT);
        synchronized (members) {
          members.remove(member.dataset().name());
        }
        items.add(new Item(member.dataset().name(), Outcome.STOPPED, ""));
      }
    }
    return items;
  }

  private boolean kept(String dataset) {
    return chosen.isEmpty() || chosen.contains(dataset);
  }

  private Item apply(Swap swap, Project project, DatasetSpec dataset) {
    Optional<Member> before =
        members().stream().filter(each -> each.dataset().name().equals(dataset.name())).findFirst();
    Member next = member(project, dataset);
    boolean runs = before.flatMap(Member::job).filter(Fleet::lives).isPresent();
    if (runs
        && Planner.same(before.get().dataset(), dataset)
        && before.get().engine().equals(next.engine())) {
      return new Item(dataset.name(), Outcome.UNCHANGED, "");
    }
    String why = KeepingUp.notApplied(planning.plan(session, List.of(dataset)));
    if (!why.isEmpty()) {
      return new Item(dataset.name(), Outcome.FAILED, why);
    }
    Item item;
    if (runs) {
      put(next);
      item = swap.replace(before.get(), next);
    } else {
      put(next);
      item =
          swap.start(next)
              .map(reason -> new Item(dataset.name(), Outcome.FAILED, reason))
              .orElseGet(() -> new Item(dataset.name(), Outcome.STARTED, ""));
    }
    if (runs && !item.ok()) {
      put(before.get());
    }
    return item;
  }

  private static boolean lives(RunningJob job) {
    Phase phase = job.state().phase();
    return phase != Phase.FAILED && phase != Phase.ENDED;
  }

  @Override
  public LiveStatus stop(Duration patience) {
    halt(patience);
    LiveStatus status = status();
    stopAsked.countDown();
    return status;
  }

  /** Stops all jobs side by side, each behind a commit, and finishes what was interrupted. */
  private synchronized void halt(Duration patience) {
    List<CompletableFuture<Void>> stops = new ArrayList<>();
    for (Member member : members()) {
      stops.add(CompletableFuture.runAsync(() -> halt(member, patience), Fleet::inOwnThread));
    }
    stops.forEach(stop -> stop.exceptionally(Fleet::logged).join());
    look();
  }

  private void halt(Member member, Duration patience) {
    if (member.job().isEmpty()) {
      return;
    }
    RunningJob job = member.job().get();
    boolean ran = job.state().phase() != Phase.FAILED;
    job.stop(patience);
    member.look(Instant.now()); // counts the last commit
    if (ran) {
      Running.finishCommit(session, member.dataset());
      Followers.follow(session, member.dataset());
      member.rests(State.STOPPED, "");
    } else {
      LiveDataset last = member.look(Instant.now());
      member.rests(State.FAILED, last.why());
    }
    Balance last = Balancing.settled(session.platform().tables().catalog(), member.dataset());
    member.balance(last);
    member.standings(Followers.standings(session, member.dataset()));
    member.ended(last.rows());
  }

  private static void inOwnThread(Runnable task) {
    Thread thread = new Thread(task, "stop");
    thread.setDaemon(true);
    thread.start();
  }

  private static Void logged(Throwable failure) {
    LOG.warn("A job did not stop in order; the next start finishes its commit", failure);
    return null;
  }

  /** Stops looking; the jobs end with the session. */
  @Override
  public void close() {
    closed.countDown();
  }
}

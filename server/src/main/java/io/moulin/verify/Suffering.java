package io.moulin.verify;

import io.moulin.commit.Ledger;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.exceptions.CommitStateUnknownException;
import org.apache.iceberg.exceptions.RuntimeIOException;
import org.jspecify.annotations.Nullable;

/**
 * What happens to this process, as the one that started it has ordered. It hears orders on standard
 * input, which ends with its parent, and tells of commits and sufferings in a file.
 */
public final class Suffering {
  /** System property: the file that it tells of things in. */
  static final String EVENTS = "moulin.verify.events";

  /** System property: the folder in which batches become files. */
  static final String WORK = "moulin.verify.work";

  private static final Suffering OF_PROCESS = new Suffering();
  private static final int KILLED = 137;
  private static final long FULL_NANOS = Duration.ofMillis(500).toNanos();

  /** Longer than it takes from one commit to the next. */
  private static final Duration WITHOUT_WORK = Duration.ofMillis(1500);

  private @Nullable Order order;
  private int commits;
  private final Map<String, Integer> tablesOf = new HashMap<>();
  private int files;
  private long fullUntil;

  private Suffering() {}

  static Suffering ofProcess() {
    return OF_PROCESS;
  }

  /** Begins to obey; the process ends when {@code orders} end. */
  public static void obey(InputStream orders) {
    String work = System.getProperty(WORK, "");
    if (!work.isEmpty()) {
      WorkFolder.at(Path.of(work)).bringBackWhatIsAway();
    }
    Thread thread = new Thread(() -> OF_PROCESS.listen(orders), "orders");
    thread.setDaemon(true);
    thread.start();
  }

  private void listen(InputStream orders) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(orders, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        take(Order.parse(line));
      }
    } catch (IOException e) {
      // As good as its end.
    }
    Runtime.getRuntime().halt(KILLED);
  }

  private synchronized void take(Order next) {
    order = next;
    commits = 0;
    files = 0;
  }

  /**
   * Makes the commit of one table, or not. Those of several datasets may be under way at once.
   *
   * @param last whether a commit over several tables ends with this one
   */
  synchronized void commit(String table, boolean last, Ledger ledger, Runnable commit) {
    int tables = tablesOf.getOrDefault(ledger.token(), 0);
    before(tables, last);
    boolean lost = answerLost(tables, last);
    if (!lost || isOrdered(Hurt.ANSWER_LOST_MADE)) {
      commit.run();
      if (last) {
        tablesOf.remove(ledger.token());
        tell("commit %s %d %s".formatted(ledger.run(), ledger.total().consumed(), table));
      } else {
        tablesOf.put(ledger.token(), tables + 1);
      }
    }
    if (lost) {
      suffer();
      throw new CommitStateUnknownException(new IOException("the answer was lost"));
    }
    if (last) {
      if (isOrdered(Hurt.BEFORE_ACKNOWLEDGEMENT)) {
        suffer();
        die();
      }
      commits++;
    }
  }

  private void before(int tables, boolean last) {
    Order now = order;
    boolean dies =
        now != null
            && commits >= now.after()
            && switch (now.hurt()) {
              case BEFORE_FIRST_TABLE -> tables == 0;
              case BETWEEN_TABLES -> tables > 0 && (tables > now.place() || last);
              case IN_RECOVERY -> tables >= now.place() || last;
              default -> false;
            };
    if (dies) {
      suffer();
      die();
    }
  }

  private boolean answerLost(int tables, boolean last) {
    Order now = order;
    return now != null
        && (isOrdered(Hurt.ANSWER_LOST_MADE) || isOrdered(Hurt.ANSWER_LOST_NOT_MADE))
        && (tables >= now.place() || last);
  }

  private boolean isOrdered(Hurt hurt) {
    Order now = order;
    return now != null && now.hurt() == hurt && commits >= now.after();
  }

  /**
   * Fails when the disk is to be full. It is full for what Iceberg writes, or for what DuckDB
   * writes before that.
   */
  synchronized void write(String location) {
    if (System.nanoTime() < fullUntil) {
      throw noSpace(location);
    }
    Order now = order;
    if (now != null && isOrdered(Hurt.DISK_FULL) && files++ >= now.place()) {
      suffer();
      if (now.place() % 2 == 1) {
        WorkFolder.at(Path.of(System.getProperty(WORK, ""))).without(WITHOUT_WORK);
        return;
      }
      fullUntil = System.nanoTime() + FULL_NANOS;
      throw noSpace(location);
    }
  }

  private static RuntimeIOException noSpace(String location) {
    return new RuntimeIOException(new IOException(location + ": No space left on device"));
  }

  private void suffer() {
    Order now = order;
    order = null;
    tell("suffered " + (now == null ? "" : now.hurt().key()));
  }

  private static void die() {
    Runtime.getRuntime().halt(KILLED);
  }

  private static void tell(String what) {
    try {
      Files.writeString(
          Path.of(System.getProperty(EVENTS, "")),
          System.currentTimeMillis() + " " + what + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
